#include <stdio.h>

int main(void) {
  puts("turning");
  return 0;
}
