// @ts-check
import { ApiError } from '@llamactl/client';
import { element } from './element.js';

/**
 * Shows the form until somebody has logged in.
 * @param {import('@llamactl/client').LlamactlClient} client
 * @returns {Promise<void>}
 */
export async function askForLogin(client) {
  const form = element('#login', HTMLFormElement);
  const problem = element('.problem', HTMLElement, form);
  form.hidden = false;
  element('input', HTMLInputElement, form).focus();
  for (;;) {
    const { username, password } = await submission(form);
    try {
      await client.login(username, password);
      break;
    } catch (error) {
      if (!ApiError.is(error)) throw error;
      problem.textContent = error.message;
    }
  }
  problem.textContent = '';
  form.reset();
  form.hidden = true;
}

/**
 * @param {HTMLFormElement} form
 * @returns {Promise<{ username: string, password: string }>}
 */
function submission(form) {
  return new Promise((resolve) => {
    const take = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const data = new FormData(form);
      resolve({
        username: String(data.get('username')),
        password: String(data.get('password')),
      });
    };
    form.addEventListener('submit', take, { once: true });
  });
}
