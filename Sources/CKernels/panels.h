// How the functions of ck_norm.h go over a tensor [rows][channels].

// A tensor is worked on in panels of columns. Few channels are a bad fit for wide vectors, so there several rows
// are taken as one wider row, whose lanes hold the channels over and over again.
enum { PANEL_LANES = 1024, PANEL_CHANNELS = 512, WIDE_ENOUGH = 64 };
// Rows that are worked on together, so that what belongs to a channel is loaded once for all of them.
enum { ROW_GROUP = 4 };
// Rows that are summed in fp32, before their sums are added in double. Multiples of ROW_GROUP.
enum { SUM_ROWS = 512, FIRST_ROWS = 16 };

typedef struct {
  size_t first, channels;  // columns of the tensor; no channels: past the end
  size_t lanes;            // channels, or a multiple
  size_t rows, stride;     // rows of `lanes`, and elements from one to the next
  size_t rest;             // lanes of the last row, which is not whole; less than `lanes`
} panel;

static panel panel_from(size_t first, size_t rows, size_t channels) {
  if (channels >= WIDE_ENOUGH) {
    size_t left = channels - first;
    size_t count = left < PANEL_CHANNELS ? left : PANEL_CHANNELS;
    return (panel){first, count, count, rows, channels, 0};
  }
  size_t copies = 1;
  while (copies * channels % 16) copies *= 2;
  while (copies * channels < WIDE_ENOUGH) copies *= 2;
  size_t lanes = copies * channels;
  return (panel){first, channels - first, lanes, rows / copies, lanes, rows % copies * channels};
}

static panel next_panel(panel p, size_t rows, size_t channels) {
  return panel_from(p.first + p.channels, rows, channels);
}

/// Copies what belongs to the panel's channels into its lanes.
static void spread(const panel *p, const float *of_channels, float *of_lanes) {
  for (size_t lane = 0; lane < p->lanes; lane += p->channels)
    memcpy(of_lanes + lane, of_channels + p->first, p->channels * sizeof(float));
}

/// Runs STEP(at, i, n, count) over rows [from, to) of a panel: `at` is where the tensor's element of the first row
/// and lane i lies, and `count` (a constant) the number of rows that the step does.
#define EACH_ROW(p, from, to, STEP)                                                  \
  do {                                                                               \
    size_t row_ = (from), to_ = (to);                                                \
    for (; row_ + ROW_GROUP <= to_; row_ += ROW_GROUP) EACH_LANE(p, row_, (p).lanes, ROW_GROUP, STEP); \
    for (; row_ < to_; row_++) EACH_LANE(p, row_, (p).lanes, 1, STEP);               \
  } while (0)

#define EACH_LANE(p, row, width, count, STEP)                                        \
  do {                                                                               \
    size_t i_ = 0, width_ = (width), at_ = (p).first + (row) * (p).stride;           \
    for (; i_ + WIDTH <= width_; i_ += WIDTH) STEP(at_ + i_, i_, WIDTH, count);      \
    if (i_ < width_) STEP(at_ + i_, i_, width_ - i_, count);                         \
  } while (0)

static void totals_add(double *totals, const float *sums, size_t lanes) {
  for (size_t i = 0; i < lanes; i++) totals[i] += sums[i];
}

static double channel_total(const panel *p, const double *totals, size_t c) {
  double total = 0;
  for (size_t i = c; i < p->lanes; i += p->channels) total += totals[i];
  return total;
}
