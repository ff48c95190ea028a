# Made by poolbench. `gnuplot efficiency-mandelbrot.gp` draws efficiency-mandelbrot.svg from efficiency-mandelbrot.dat again; gnuplot -e "FORMAT='pdf'" efficiency-mandelbrot.gp
# draws a PDF, and png is known too.
NAME = 'efficiency-mandelbrot'
HEADING = 'Efficiency: mandelbrot'
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
PANELS = 1
array LABEL[14] = ['fiber', 'pthread_queue', 'fork_shared', 'pthread_steal', 'omp_dynamic', 'omp_guided', 'omp_task', 'fork_pipe', 'omp_static', 'roof_processes', 'roof_threads', 'thread_each', 'process_forkserver', 'process_fork']
array STYLE[14] = [11, 4, 0, 5, 8, 9, 10, 1, 7, 13, 12, 6, 3, 2]
array RATE[14] = [ NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN]
array SIGMA[14] = [ NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN]
array KAPPA[14] = [ NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN,  NaN]
array TITLE[1] = ['mandelbrot']
array FIRST[1] = [1]
array LAST[1] = [14]
array BASE[1] = [ 1]
array YLOG[1] = [0]
array YMIN[1] = [0]
array YMAX[1] = [1.15]
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

# The share of its workers' CPUs that a strategy puts to use, against the worker count.
set ylabel 'efficiency' offset -1, 0
set format y '%.1f'
plot 1 with lines dt 2 lc rgb 'black' lw 1.2 title 'ideal (serial = 1)', \
     for [c = FIRST[p]:LAST[p]] NAME . '.dat' index c - 1 using (aside($1, c - FIRST[p], n)):(barred($2, $3)):3:4 with yerrorbars \
         pt -1 lc rgb colour(STYLE[c]) lw 1.2 notitle, \
     for [c = FIRST[p]:LAST[p]] '' index c - 1 using (aside($1, c - FIRST[p], n)):2 with linespoints \
         pt mark(STYLE[c]) dt dash(STYLE[c]) lc rgb colour(STYLE[c]) lw 1.8 title LABEL[c]
