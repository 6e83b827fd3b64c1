const view = new DataView(new ArrayBuffer(4));

/** The 16 bits of the half-precision float nearest to `value`; too small ones become zero. */
export function halfFloatBits(value: number): number {
  view.setFloat32(0, value);
  const single = view.getUint32(0);
  const sign = (single >>> 16) & 0x8000;
  const exponent = ((single >>> 23) & 0xff) - 112; // from a bias of 127 to one of 15
  if (exponent <= 0) return sign;
  const mantissa = single & 0x7fffff;
  const rounding = (mantissa >>> 12) & 1;
  return sign | Math.min((exponent << 10) + (mantissa >>> 13) + rounding, 0x7c00);
}
