(function () {
  'use strict';
  var controls = document.getElementById('controls');
  if (!controls) { return; }
  var filter = document.getElementById('filter');
  var only = document.getElementById('only');
  var shown = document.getElementById('shown');
  var suites = Array.prototype.slice.call(document.querySelectorAll('details.suite'));
  var before = false;
  function apply() {
    var text = filter.value.trim().toLowerCase();
    var narrowed = text !== '' || only.checked;
    var count = 0;
    suites.forEach(function (suite) {
      var any = false;
      suite.querySelectorAll('tbody tr').forEach(function (row) {
        var fits = (!only.checked || row.classList.contains('wrong')) &&
          row.textContent.toLowerCase().indexOf(text) >= 0;
        row.hidden = !fits;
        if (fits) { any = true; count += 1; }
      });
      suite.hidden = !any;
      if (narrowed !== before) { suite.open = narrowed; }
    });
    before = narrowed;
    shown.textContent = narrowed ? (count === 1 ? '1 requirement shown' : count + ' requirements shown') : '';
  }
  filter.addEventListener('input', apply);
  only.addEventListener('change', apply);
  controls.addEventListener('submit', function (event) { event.preventDefault(); });
  controls.hidden = false;
  apply();
}());
