/* The place step as a page of its own: the module that the one-page flow uses, too. */
import { mount } from './report_place.js';

mount(document.querySelector('main form .place'));
