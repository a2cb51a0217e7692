/** Advance widths of Archivo at weight 800, in thousandths of an em, for the characters 32 to 126. */
const TABLES = {
  62:
    '117 258 364 480 377 704 534 199 365 365 369 509 212 240 212 271 427 361 417 424 414 ' +
    '426 427 380 415 427 221 221 509 509 509 409 679 500 482 505 503 452 395 532 504 243 ' +
    '426 501 411 677 508 543 472 543 498 454 458 495 473 703 487 480 463 353 271 353 509 ' +
    '360 177 426 423 403 423 414 264 398 418 212 213 428 212 627 419 418 423 423 274 377 ' +
    '264 419 381 594 415 376 368 366 197 366 509',
  100:
    '189 314 473 625 579 984 816 263 374 374 407 649 318 333 318 302 625 625 625 625 626 ' +
    '625 625 625 625 625 334 334 649 649 649 612 1005 746 745 752 755 699 641 815 787 329 ' +
    '630 770 623 914 787 810 698 810 750 697 675 783 729 979 736 732 682 366 302 366 649 ' +
    '534 257 616 633 612 633 619 352 632 629 288 286 610 288 937 629 635 633 633 407 579 ' +
    '385 629 574 859 612 574 535 391 265 391 649',
  125:
    '304 358 522 757 710 1132 1001 278 371 371 431 736 349 416 349 308 786 703 783 789 781 ' +
    '789 791 726 803 791 344 349 736 736 736 715 1253 933 914 942 933 863 799 1012 989 373 ' +
    '734 951 754 1148 988 1013 861 1013 932 867 848 968 904 1213 940 918 857 360 308 360 ' +
    '736 655 319 776 765 771 765 780 482 766 755 315 313 733 315 1166 755 781 765 765 480 ' +
    '710 501 755 706 1078 764 706 660 363 293 363 736',
};

const parse = (text: string) => text.split(' ').map(Number);
const NARROW = parse(TABLES[62]);
const NORMAL = parse(TABLES[100]);
const WIDE = parse(TABLES[125]);

/** Width of one character in em at a width axis of 62 to 125. */
function charWidth(char: string, axis: number): number {
  const base = char.normalize('NFD').charCodeAt(0);
  const at = base - 32;
  const [narrow, normal, wide] = [NARROW[at], NORMAL[at], WIDE[at]];
  if (narrow === undefined || normal === undefined || wide === undefined) {
    return base > 0x2e80 ? 1 : 0.68;
  }
  const thousandths =
    axis < 100
      ? narrow + ((normal - narrow) * (axis - 62)) / 38
      : normal + ((wide - normal) * (axis - 100)) / 25;
  return thousandths / 1000;
}

const WORD_SPACING = 0.07;

/** Width of a text in em; a little more than the font's own, which kerns. */
export function textWidth(text: string, axis: number): number {
  let sum = 0;
  for (const char of text) sum += charWidth(char, axis) + (char === ' ' ? WORD_SPACING : 0);
  return sum;
}
