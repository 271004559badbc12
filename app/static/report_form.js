/* The report form on one page: its place step, and what else is known when it asks. */
import { mount } from './report_place.js';

const form = document.querySelector('main form');
const more = () => Object.fromEntries([...new FormData(form)].filter(([name, value]) =>
  typeof value === 'string' && value && /^(category|about_agency|answers\..*)$/.test(name)));
const place = mount(form.querySelector('.place'), { more });

form.addEventListener('change', ({ target }) => {
  if (/^(about_agency|answers\..*)$/.test(target.name)) place.refresh();
  if (target.name === 'photos' && target.files[0]) place.photo(target.files[0]);
});
