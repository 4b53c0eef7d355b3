/* zlib's own header: Debian and Ubuntu's zlib1g-dev. */
#include <zlib.h>
