# Made by poolbench. `gnuplot overview.gp` draws overview.svg from overview.dat again; gnuplot -e "FORMAT='pdf'" overview.gp
# draws a PDF, and png is known too.
NAME = 'overview'
HEADING = 'Speed-up against the serial loop'
CAPTION = 'AMD EPYC | 2 cores | Linux 6.18.44 | 2026-11-25'
XLABEL = 'workers'
XLOG = 0
XMIN = 0.65
XMAX = 4.35
XTICS = '1, 2, 4'
CORES = 2
USABLE = 2
OVER = 2
REGIME = 2
LAUNCHES_MIN = 9
LAUNCHES_MAX = 31
PANELS = 4
array LABEL[56] = ['fork_shared', 'fork_pipe', 'process_fork', 'process_forkserver', 'pthread_queue', 'pthread_steal', 'thread_each', 'omp_static', 'omp_dynamic', 'omp_guided', 'omp_task', 'fiber', 'roof_threads', 'roof_processes', 'fork_shared', 'fork_pipe', 'process_fork', 'process_forkserver', 'pthread_queue', 'pthread_steal', 'thread_each', 'omp_static', 'omp_dynamic', 'omp_guided', 'omp_task', 'fiber', 'roof_threads', 'roof_processes', 'fork_shared', 'fork_pipe', 'process_fork', 'process_forkserver', 'pthread_queue', 'pthread_steal', 'thread_each', 'omp_static', 'omp_dynamic', 'omp_guided', 'omp_task', 'fiber', 'roof_threads', 'roof_processes', 'fork_shared', 'fork_pipe', 'process_fork', 'process_forkserver', 'pthread_queue', 'pthread_steal', 'thread_each', 'omp_static', 'omp_dynamic', 'omp_guided', 'omp_task', 'fiber', 'roof_threads', 'roof_processes']
array STYLE[56] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
array RATE[56] = [ NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN]
array SIGMA[56] = [ NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN]
array KAPPA[56] = [ NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN]
array TITLE[4] = ['nothing', 'spin, 100 us an item', 'skew (dist=pareto), 100 us an item', 'mandelbrot']
array FIRST[4] = [1, 15, 29, 43]
array LAST[4] = [14, 28, 42, 56]
array BASE[4] = [ 1,  1,  1,  1]
array YLOG[4] = [10, 0, 0, 2]
array YMIN[4] = [2.00638e-06, 0, 0, 0.011059]
array YMAX[4] = [2.6, 2.17828, 2.18515, 2.6]
STYLES = 14
array ALL[14] = ['fork_shared', 'fork_pipe', 'process_fork', 'process_forkserver', 'pthread_queue', 'pthread_steal', 'thread_each', 'omp_static', 'omp_dynamic', 'omp_guided', 'omp_task', 'fiber', 'roof_threads', 'roof_processes']

# The look of every plot, and the parts they share. Included behind the head that `poolbench plot` writes (NAME, LABEL,
# STYLE, PANELS, XMIN ...: harness/plot/script.h lists it), before throughput.gp, speedup.gp, efficiency.gp or overview.gp.

if (!exists('FORMAT')) FORMAT = 'svg'

# Okabe and Ito's colours, which the colour-blind tell apart, without their yellow, which white paper swallows. From the
# eighth curve on the dash changes too; points differ among the first fourteen.
colour(s) = word('#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #000000', 1 + s % 7)
dash(s) = 1 + (s / 7) % 4
mark(s) = int(word('7 5 9 13 11 15 3 6 4 8 12 10 14 1', 1 + s % 14))
GREY = '#777777'
PALE = '#F1F1F1'

# Sizes in pixels; a PNG has twice as many, and a PDF as many points.
F_HEADING = 'sans-serif,17'
F_TEXT = 'sans-serif,12'
F_SMALL = 'sans-serif,11'
terminal(w, h) = \
    FORMAT eq 'png' ? sprintf('set terminal pngcairo size %d,%d fontscale 1.5 linewidth 1.7 pointscale 2.2 dashlength 0.6', 2 * w, 2 * h) : \
    FORMAT eq 'pdf' ? sprintf('set terminal pdfcairo size %f,%f fontscale 0.72 linewidth 1.5 pointscale 1.3 dashlength 0.7', w / 72., h / 72.) : \
    sprintf('set terminal svg size %d,%d fixed', w, h)
look = ' noenhanced background rgb "white" font "' . F_TEXT . '"'

# What a curve takes in a legend, in characters.
longest = 20
do for [s = 1:STYLES] { if (strlen(ALL[s]) > longest) { longest = strlen(ALL[s]) } }

set border 3 lc rgb GREY
set tics nomirror scale 0.6 textcolor rgb 'black'
set grid ytics lc rgb '#DDDDDD' lt 1 lw 0.5
set samples 1001
unset key
set pointsize 0.8

# Intervals of neighbours would lie on each other, so points stand a little to the side, in all over `spread`.
spread = XLOG ? 0.16 : 0.05 * (XMAX - XMIN)
aside(x, k, n) = XLOG ? x * 2 ** (spread * ((k + 0.5) / n - 0.5)) : x + spread * ((k + 0.5) / n - 0.5)

# A value whose interval is drawn; without one there is no bar.
barred(value, low) = low == low ? value : NaN

set xrange [XMIN:XMAX]
if (XLOG) { set logscale x XLOG }
eval 'set xtics (' . XTICS . ')'

# Marks of the machine: its physical cores, and where more workers run than it has CPUs for.
if (OVER > 0 && OVER < XMAX) {
    set object 1 rectangle from first OVER, graph 0 to graph 1, graph 1 fillcolor rgb PALE fillstyle solid noborder behind
}
if (CORES > XMIN && CORES < XMAX) {
    set arrow 1 from first CORES, graph 0 to first CORES, graph 1 nohead lc rgb GREY lw 1 dt 3 back
}

# The best that there is: every worker a CPU of its own, as long as there are any.
ideal(x) = x < 1 ? NaN : USABLE > 0 && x > USABLE ? USABLE : x

# The scaling law of curve c beyond what it was fitted to: a prediction. LAWS: how many curves have one.
predicted(x, c) = x <= REGIME ? NaN : RATE[c] * x / (1 + SIGMA[c] * (x - 1) + KAPPA[c] * x * (x - 1))
LAWS = 0
do for [c = 1:|RATE|] { if (RATE[c] == RATE[c] && REGIME > 0 && XMAX > REGIME) { LAWS = LAWS + 1 } }

# The scale of panel p's values.
values = 'unset logscale y; set ytics autofreq; set yrange [YMIN[p]:YMAX[p]]; if (YLOG[p]) { set logscale y YLOG[p] }; if (YLOG[p] == 2) { set ytics 2 }'

# What was measured, in words.
note_launches = LAUNCHES_MIN == LAUNCHES_MAX ? sprintf('%d launches', LAUNCHES_MAX) : sprintf('%d to %d launches', LAUNCHES_MIN, LAUNCHES_MAX)
note_bars = LAUNCHES_MAX < 6 ? 'too few for an interval' : 'bars: 95 % interval'
NOTE = 'median of ' . note_launches . ', ' . note_bars

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
