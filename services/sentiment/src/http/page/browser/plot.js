const SVG = "http://www.w3.org/2000/svg";

/**
 * A line through values of 0..1, from left to right in a drawing 100 wide and 100 high (y grows
 * downwards).
 * @param {number[]} values
 * @param {number} [places] how many values fill the width
 */
export function polyline(values, places = values.length - 1) {
  const line = document.createElementNS(SVG, "polyline");
  const points = values.map(
    (value, i) => `${((100 * i) / Math.max(1, places)).toFixed(2)},${(100 - 100 * value).toFixed(2)}`,
  );
  line.setAttribute("points", points.join(" "));
  return line;
}
