// Before the first paint: the theme and language the person chose last time, or the machine's own.
(function () {
  var root = document.documentElement;
  var theme = null;
  var language = null;
  try {
    theme = localStorage.getItem('cm.theme');
    language = localStorage.getItem('cm.language');
  } catch {
    // Storage may be closed to us: the machine's own then.
  }
  if (theme !== 'light' && theme !== 'dark') {
    theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  root.dataset.theme = theme;
  root.lang = language || ((navigator.language || 'en').slice(0, 2) === 'it' ? 'it' : 'en');
  var meta = document.querySelector('meta[name=theme-color]');
  if (meta) meta.content = theme === 'dark' ? '#131210' : '#f4efe4';
})();
