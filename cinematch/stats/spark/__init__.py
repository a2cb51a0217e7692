"""The statistics as Spark jobs; nothing outside this folder knows pyspark."""
