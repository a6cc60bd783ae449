(function () {
  var root = document.documentElement, theme = document.getElementById('theme');
  theme.hidden = false;
  theme.addEventListener('click', function () {
    var dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
  });
  document.querySelectorAll('thead button').forEach(function (button) {
    button.addEventListener('click', function () {
      var th = button.closest('th'), body = th.closest('table').tBodies[0], i = th.cellIndex;
      var down = th.getAttribute('aria-sort') === 'ascending';
      var key = function (row) { var c = row.cells[i]; return 'v' in c.dataset ? +c.dataset.v : c.textContent.trim(); };
      th.parentNode.querySelectorAll('th').forEach(function (other) { other.removeAttribute('aria-sort'); });
      th.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      Array.from(body.rows).sort(function (a, b) {
        var x = key(a), y = key(b), n = typeof x === 'number' && typeof y === 'number';
        return (n ? x - y : String(x).localeCompare(String(y), undefined, { numeric: true })) * (down ? -1 : 1);
      }).forEach(function (row) { body.appendChild(row); });
    });
  });
}());
