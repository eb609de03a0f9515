// The way in where a token is asked for.

const form = document.getElementById("sign-in");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await fetch("/api/sign-in", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Edge-Agent": "studio" },
    body: JSON.stringify({ token: document.getElementById("token").value }),
  });
  if (answer.ok) location.replace("/");
  document.getElementById("wrong").hidden = answer.ok;
});
