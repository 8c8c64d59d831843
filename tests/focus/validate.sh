#!/bin/sh
# Holds cost exports against the official FOCUS validator: `tests/focus/validate.sh FILE...`, or without files the export of
# tests/report/golden and one of scenarios/burst.toml. Not part of the tests: it installs 650 MB from the Python package index.
#
# PYTHON is an interpreter of version 3.12 or newer (default python3), VENV the folder of its packages (default
# target/focus-validator). The validator ends with 0 whatever it finds, so its failures are read.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
venv=${VENV:-$root/target/focus-validator}
if [ ! -x "$venv/bin/focus-validator" ]; then
    "${PYTHON:-python3}" -m venv "$venv"
    # The package asks for numpy below 2, which has no build for Python 3.13: its other requirements come first, with any numpy.
    "$venv/bin/pip" install --quiet 'pyarrow<20' numpy 'pandas<3' 'pandera>=0.26.1,<0.27' 'sqlglot>=27.28.1,<28' \
        'duckdb>=1.4.1,<2' 'polars>=1.34,<2' 'pydantic>=2.12,<3' 'jsonschema>=4.25.1,<5' 'ddt<2' 'graphviz<0.22' \
        'multimethod<2.1' 'pytz<2026' pyyaml requests sqlalchemy tabulate typeguard
    "$venv/bin/pip" install --quiet --no-deps pandasql 'focus-validator==2.2.1'
fi
if [ $# -eq 0 ]; then
    made=$(mktemp -d)
    trap 'rm -rf "$made"' EXIT
    (cd "$root" && cargo run --quiet -- scenarios/burst.toml --replications 2 --quiet --focus --output "$made/burst" >/dev/null)
    set -- "$root/tests/report/golden/focus.csv" "$made/burst/focus.csv"
fi

# The rule set wants InvoiceId of every row to be null (C-004-C) and not to be null (C-005-C), where FOCUS wants one of the two
# by whether there is an invoice; the rule above both (C-003-C) passes with either. One of them fails for every file with a row.
unavoidable='^- InvoiceId-C-00[45]-C:'
packages=$("$venv/bin/python" -c 'import focus_validator, os; print(os.path.dirname(os.path.dirname(focus_validator.__file__)))')
bad=0
for file in "$@"; do
    path=$(cd "$(dirname "$file")" && pwd)/$(basename "$file")
    # The rules are found from the folder above the package's.
    report=$(cd "$packages" && "$venv/bin/focus-validator" --data-file "$path" --validate-version 1.2.0.1 \
        --block-download --focus-dataset CostAndUsage 2>&1) || true
    echo "$file: $(echo "$report" | grep '^Total:' || echo 'the validator did not finish')"
    echo "$report" | grep -q '^Total:' || { echo "$report" | tail -20; bad=1; continue; }
    failures=$(echo "$report" | sed -n '/^--- Failures/,$p' | grep '^- ' | grep -v "$unavoidable" || true)
    if [ -n "$failures" ]; then
        echo "$failures"
        bad=1
    fi
done
exit $bad
