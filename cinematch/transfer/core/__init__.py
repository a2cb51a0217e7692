"""Reading each format, merging what files say, undoing it. Pure: text in, facts out."""
