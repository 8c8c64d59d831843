#!/usr/bin/env bash
# Checks a FOCUS export with the official validator: `tests/focus/validate.sh output/NAME/focus.csv`.
# Installs some 650 MB into a folder of its own and needs Python 3.12 or newer, so it is run on demand, not by the tests.
set -euo pipefail
file=$(realpath "${1:?which focus.csv?}")
venv=${FOCUS_VENV:-${TMPDIR:-/tmp}/focus-validator}
[ -x "$venv/bin/focus-validator" ] || {
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet 'focus-validator==2.2.1' 'pyarrow<20'
}
# It finds its rules only from the folder that its package is in, and exits with 0 whatever it finds.
cd "$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
report=$("$venv/bin/focus-validator" --data-file "$file" --validate-version 1.2.0.1 --block-download --focus-dataset CostAndUsage)
printf '%s\n' "$report" | grep -E '^Total:|: FAIL'
# InvoiceId-C-004 wants InvoiceId empty and InvoiceId-C-005 wants it filled, both of every row: one of the two always fails, and
# InvoiceId-C-003, which wants either, passes. Nobody invoices a simulation, so it is empty.
! printf '%s\n' "$report" | grep ': FAIL' | grep -v 'InvoiceId-C-005-C'
