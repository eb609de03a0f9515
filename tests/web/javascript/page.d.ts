// What the pages rely on and the DOM's own types do not say: elements are found by selectors and ids whose kind the
// page's HTML fixes, so a property of an input is not a mistake there. A name that exists nowhere still is one.

interface Field {
  checked: boolean;
  dataset: DOMStringMap;
  disabled: boolean;
  open: boolean;
  src: string;
  title: string;
  value: string;
  naturalHeight: number;
  naturalWidth: number;
  close(answer?: string): void;
  closest(selector: string): HTMLElement | null;
  decode(): Promise<void>;
  focus(options?: FocusOptions): void;
  showModal(): void;
}
interface Document {
  getElementById(id: string): (HTMLElement & Field) | null;
  querySelector(selector: string): (HTMLElement & Field) | null;
  querySelectorAll(selector: string): NodeListOf<HTMLElement & Field>;
}
interface Element {
  querySelector(selector: string): (HTMLElement & Field) | null;
  querySelectorAll(selector: string): NodeListOf<HTMLElement & Field>;
}
interface EventTarget extends Partial<Field> {}
interface Event {
  readonly detail?: unknown;
}
