// The rows of an itemised quantity give the total while they are typed, unless somebody wrote another one.
const total = document.getElementById("delivered");
const rows = document.querySelector(".quantity-rows");

function number(text) {
  const written = text.trim();
  const plain = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(written) ? written.replaceAll(",", "") : written.replace(",", ".");
  const value = Number(plain);
  return written && Number.isFinite(value) && value >= 0 ? value : null;
}

function sum() {
  const values = [...rows.querySelectorAll("input[name$='-quantity']")].map((one) => number(one.value));
  const given = values.filter((one) => one !== null);
  return given.length ? Math.round(given.reduce((all, one) => all + one, 0) * 10000) / 10000 : null;
}

if (total && rows) {
  let last = sum();
  rows.addEventListener("input", () => {
    const now = sum();
    if (now !== null && (total.value === "" || number(total.value) === last)) {
      total.value = String(now);
      total.dispatchEvent(new Event("input", { bubbles: true }));
    }
    last = now;
  });
}
