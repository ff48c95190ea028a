# One panel with its legend beside it.
p = 1
n = LAST[p] - FIRST[p] + 1
W = 690 + 8 * longest
H = 520 + (n > 18 ? 20 * (n - 18) : 0)
eval terminal(W, H) . look
set output NAME . '.' . FORMAT
set lmargin at screen 78. / W
set rmargin at screen 640. / W
set tmargin at screen 1 - 92. / H
set bmargin at screen 92. / H
set key at screen 656. / W, screen 1 - 92. / H left top Left reverse vertical samplen 3 spacing 1.15 font F_TEXT
set label 1 HEADING at screen 16. / W, screen 1 - 24. / H left font F_HEADING
set label 2 NOTE at screen 16. / W, screen 1 - 48. / H left font F_TEXT textcolor rgb GREY
set label 3 CAPTION at screen 16. / W, screen 16. / H left font F_SMALL textcolor rgb GREY
set xlabel XLABEL offset 0, -0.2
if (CORES > XMIN && CORES < XMAX) {
    set label 4 sprintf('%d core%s', CORES, CORES == 1 ? '' : 's') at first CORES, graph 1 right offset -0.6, 0.6 font F_SMALL textcolor rgb GREY
}
if (OVER > 0 && OVER < XMAX) {
    set label 5 sprintf('oversubscribed (more than %d)', OVER) at first OVER, graph 1 left offset 0.6, 0.6 font F_SMALL textcolor rgb GREY
}
eval values
