/**
 * The provider's own form (Stripe's Payment Element). Its script comes from the provider, as its rules ask, and only on this page and
 * only when a publishable key is configured. What is typed into the form never passes through this page.
 */

const SCRIPT = 'https://js.stripe.com/v3/';

interface Outcome {
  readonly error?: { readonly message?: string };
}

interface PaymentElement {
  mount(place: HTMLElement): void;
  unmount(): void;
}

interface Elements {
  create(kind: 'payment'): PaymentElement;
}

interface Provider {
  elements(options: { clientSecret: string; appearance: { theme: 'stripe' | 'night' } }): Elements;
  confirmPayment(options: {
    elements: Elements;
    redirect: 'if_required';
    confirmParams: { return_url: string };
  }): Promise<Outcome>;
}

declare global {
  interface Window {
    Stripe?: (publishableKey: string) => Provider;
  }
}

/** A form that is on the page. */
export interface MountedForm {
  /** Pays with what was entered; what the provider says when it did not go through, or nothing. */
  pay(returnTo: string): Promise<string | undefined>;
  unmount(): void;
}

/** Puts the provider's form into `place`. Rejects when its script cannot be had. */
export async function mountForm(
  place: HTMLElement,
  options: { readonly publishableKey: string; readonly clientSecret: string; readonly isDark: boolean },
): Promise<MountedForm> {
  await loadScript();
  const open = window.Stripe;
  if (open === undefined) throw new Error('the script of the payment provider did not start');
  const provider = open(options.publishableKey);
  const appearance = { theme: options.isDark ? 'night' : 'stripe' } as const;
  const elements = provider.elements({ clientSecret: options.clientSecret, appearance });
  const element = elements.create('payment');
  element.mount(place);
  return {
    pay: async (returnTo) => {
      const paid = await provider.confirmPayment({
        elements,
        redirect: 'if_required',
        confirmParams: { return_url: returnTo },
      });
      return paid.error === undefined ? undefined : (paid.error.message ?? 'The payment did not go through.');
    },
    unmount: () => element.unmount(),
  };
}

let loading: Promise<void> | undefined;

function loadScript(): Promise<void> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = SCRIPT;
    script.onload = () => resolve();
    script.onerror = () => {
      loading = undefined;
      script.remove();
      reject(new Error('the payment provider cannot be reached'));
    };
    document.head.append(script);
  });
  return loading;
}
