#!/bin/sh
# Cuts the two fonts to what charts can show: Latin, Greek, Cyrillic, punctuation, currency, arrows, some mathematics.
# Needs Debian's fonts-dejavu-core and Python's fonttools; nothing in the build runs this.
set -eu
set_of_characters="U+0020-007E,U+00A0-024F,U+0300-0304,U+0308,U+0370-03FF,U+0400-045F,U+0490-0491,U+1E00-1EFF,U+2010-2027,U+2030-203A,U+2070-209F,U+20A0-20BF,U+2116,U+2122,U+2190-2199,U+2200-2212,U+2215-221E,U+2248,U+2260-2265,U+25A0-25CF,U+FFFD"
for face in DejaVuSans DejaVuSans-Bold; do
    python3 -m fontTools.subset "/usr/share/fonts/truetype/dejavu/$face.ttf" \
        --unicodes="$set_of_characters" --layout-features='' --legacy-kern \
        --drop-tables+=GSUB,GPOS,GDEF,FFTM,MATH --no-hinting --name-IDs='*' \
        --notdef-outline --no-recalc-timestamp --output-file="$face.ttf"
done
