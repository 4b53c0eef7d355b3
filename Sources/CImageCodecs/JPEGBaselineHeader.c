#include "JPEGBaseline.h"

static bool is_usual_frame(const struct jpeg_decompress_struct *decoder) {
  const bool is_grey = decoder->num_components == 1 && decoder->jpeg_color_space == JCS_GRAYSCALE;
  const bool is_colour = decoder->num_components == 3 && decoder->jpeg_color_space == JCS_YCbCr;
  return (is_grey || is_colour) && !decoder->progressive_mode && !decoder->arith_code &&
         decoder->data_precision == 8;
}

static bool is_usual_scan(const struct jpeg_decompress_struct *decoder) {
  if (decoder->comps_in_scan != decoder->num_components || decoder->unread_marker != 0) return false;
  for (int index = 0; index < decoder->num_components; index++) {
    if (decoder->cur_comp_info[index] != &decoder->comp_info[index]) return false;
  }
  return decoder->Ss == 0 && decoder->Se == DCTSIZE2 - 1 && decoder->Ah == 0 && decoder->Al == 0;
}

// libjpeg is asked for nothing but what it does unasked.
static bool is_usual_output(const struct jpeg_decompress_struct *decoder) {
  return decoder->scale_num == decoder->scale_denom && decoder->dct_method == JDCT_ISLOW &&
         decoder->do_fancy_upsampling && !decoder->CCIR601_sampling;
}

bool jpeg_baseline_header(const struct jpeg_decompress_struct *decoder, JPEGBaselineHeader *header) {
  if (!is_usual_frame(decoder) || !is_usual_scan(decoder) || !is_usual_output(decoder)) return false;
  *header = (JPEGBaselineHeader){
      .width = decoder->image_width,
      .height = decoder->image_height,
      .component_count = decoder->num_components,
      .columns = 1,
      .rows = 1,
      .restart_interval = decoder->restart_interval,
      .data = decoder->src->next_input_byte,
      .end = decoder->src->next_input_byte + decoder->src->bytes_in_buffer,
  };
  for (int index = 0; index < decoder->num_components; index++) {
    const jpeg_component_info *component = &decoder->comp_info[index];
    const int dc = component->dc_tbl_no, ac = component->ac_tbl_no, quantisers = component->quant_tbl_no;
    if (dc < 0 || dc >= NUM_HUFF_TBLS || ac < 0 || ac >= NUM_HUFF_TBLS) return false;
    if (quantisers < 0 || quantisers >= NUM_QUANT_TBLS) return false;
    header->dc[index] = decoder->dc_huff_tbl_ptrs[dc];
    header->ac[index] = decoder->ac_huff_tbl_ptrs[ac];
    header->quantisers[index] = decoder->quant_tbl_ptrs[quantisers];
    if (!header->dc[index] || !header->ac[index] || !header->quantisers[index]) return false;
    // A component alone comes block by block, whatever its factors.
    if (decoder->num_components == 1) continue;
    if (index > 0 && (component->h_samp_factor != 1 || component->v_samp_factor != 1)) return false;
    if (index == 0) {
      header->columns = component->h_samp_factor;
      header->rows = component->v_samp_factor;
    }
  }
  if (header->columns < 1 || header->columns > 2 || header->rows < 1 || header->rows > 2) return false;
  // So narrow an image's chroma is not interpolated.
  return header->columns == 1 || header->width > 4;
}
