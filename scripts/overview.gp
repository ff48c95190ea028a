# Small multiples: speed-up against the worker count, one panel per workload, one legend for all.
columns = PANELS < 4 ? PANELS : PANELS == 4 ? 2 : PANELS < 10 ? 3 : 4
rows = (PANELS + columns - 1) / columns
wide = columns == 1 ? 560. : columns == 2 ? 400. : 300.
tall = columns == 1 ? 360. : columns == 2 ? 270. : 240.
W = columns * wide + 60 + 8 * longest
legend = (STYLES + 1) * 21. + 20
if (rows * tall < legend) { tall = legend / rows }
top = 84.
H = top + rows * tall + 40
eval terminal(W, H) . look
set output NAME . '.' . FORMAT
set multiplot
set label 1 HEADING at screen 16. / W, screen 1 - 24. / H left font F_HEADING
set label 2 NOTE . '; dashed: ideal; shaded: more workers than CPUs' at screen 16. / W, screen 1 - 48. / H left font F_TEXT textcolor rgb GREY
set label 3 CAPTION at screen 16. / W, screen 14. / H left font F_SMALL textcolor rgb GREY

fit(text, size) = strlen(text) <= size ? text : substr(text, 1, size - 3) . '...'

do for [p = 1:PANELS] {
    column = (p - 1) % columns
    line = (p - 1) / columns
    n = LAST[p] - FIRST[p] + 1
    set lmargin at screen (column * wide + 62) / W
    set rmargin at screen ((column + 1) * wide - 4) / W
    set tmargin at screen 1 - (top + line * tall + 22) / H
    set bmargin at screen 1 - (top + (line + 1) * tall - 48) / H
    set label 4 fit(TITLE[p], wide / 7) at graph 0, graph 1 left offset 0, 0.7 font F_TEXT
    set xlabel 'workers' offset 0, 0.5 font F_TEXT
    eval values
    set format y '%g'
    plot ideal(x) with lines dt 2 lc rgb GREY lw 1.2, \
         for [c = FIRST[p]:LAST[p]] NAME . '.dat' index c - 1 using (aside($1, c - FIRST[p], n)):(barred($2, $3)):3:4 with yerrorbars \
             pt -1 lc rgb colour(STYLE[c]) lw 1, \
         for [c = FIRST[p]:LAST[p]] '' index c - 1 using (aside($1, c - FIRST[p], n)):2 with linespoints \
             pt mark(STYLE[c]) ps 0.6 dt dash(STYLE[c]) lc rgb colour(STYLE[c]) lw 1.5
    unset label 1
    unset label 2
    unset label 3
}

# The legend is a plot of nothing, to the right of the panels.
unset label
unset object
unset arrow
unset border
unset tics
unset xlabel
unset ylabel
unset logscale
set xrange [0:1]
set yrange [0:1]
set lmargin at screen (columns * wide + 10) / W
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set key at screen (columns * wide + 12) / W, screen 1 - (top + 16) / H left top Left reverse vertical samplen 3 spacing 1.15 font F_TEXT
plot for [s = 1:STYLES] NaN with linespoints pt mark(s - 1) dt dash(s - 1) lc rgb colour(s - 1) lw 1.8 title ALL[s], \
     NaN with lines dt 2 lc rgb GREY lw 1.2 title 'ideal (serial = 1)'
unset multiplot
