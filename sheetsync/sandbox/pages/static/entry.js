// Shows the tasks of the chosen project alone, and the zone of the chosen user. The form works without it.

const user = document.getElementById("user");
const project = document.getElementById("project");
const task = document.getElementById("task");
const zone = document.querySelector("[data-zone-name]");

function showTasks() {
  for (const group of task.querySelectorAll("optgroup")) {
    const own = group.dataset.project === project.value;
    group.hidden = group.disabled = !own;
  }
}

project.addEventListener("change", () => {
  showTasks();
  if (task.selectedOptions[0]?.parentElement.disabled) task.value = "";
});
user.addEventListener("change", () => {
  if (zone) zone.textContent = user.selectedOptions[0].dataset.zone;
});
// A task of another project stays to be seen when the server has just complained about it.
if (!task.hasAttribute("aria-invalid")) showTasks();
