/** A screen that is no wall yet: shows a code until an operator pairs it, or hands in the code of its address. */

import { socketAddress } from "./connection";
import { element, setText } from "./dom";
import { PROTOCOL } from "./protocol";
import { words } from "./words";

const SILENCE_MS = 6000;
const RETRY_MS = 3000;

type Said = { type: "code"; code: string } | { type: "paired"; token: string } | { type: "goodbye"; reason: string } | { type: "heartbeat" };

/**
 * Resolves with the wall's token. `given`: a code that the address carried; "" none. `kept`: the token that the screen
 * has already, which stands where the given code is good no longer; null: none.
 */
export function pair(root: Element, given: string, kept: string | null): Promise<string> {
  const screen = element("main", "pairing", root);
  screen.dataset.state = "connecting";
  element("h1", "", screen).textContent = words.pairTitle;
  const code = element("div", "pairing-code", screen);
  const how = element("p", "", screen);
  setText(how, words.pairConnecting);
  return new Promise((resolve) => {
    let redeemable = given;
    const show = (state: string, text: string, hint: string): void => {
      screen.dataset.state = state;
      setText(code, text);
      setText(how, hint);
    };
    const open = (): void => {
      const socket = new WebSocket(socketAddress("/pair"));
      let silence = 0;
      const listen = (): void => {
        window.clearTimeout(silence);
        silence = window.setTimeout(() => socket.close(), SILENCE_MS);
      };
      listen();
      socket.onopen = () =>
        socket.send(JSON.stringify(redeemable ? { type: "redeem", protocol: PROTOCOL, code: redeemable } : { type: "pair", protocol: PROTOCOL }));
      socket.onmessage = (event: MessageEvent<string>) => {
        listen();
        const said = JSON.parse(event.data) as Said;
        if (said.type === "code") show("code", said.code.replace(/(...)/, "$1 "), words.pairHow(said.code));
        const refused = said.type === "goodbye" && said.reason === "code_refused";
        if (refused) redeemable = "";
        const token = said.type === "paired" ? said.token : refused ? kept : null;
        if (token === null) return;
        window.clearTimeout(silence);
        socket.onclose = null;
        socket.close();
        screen.remove();
        resolve(token);
      };
      socket.onclose = () => {
        window.clearTimeout(silence);
        show("connecting", "", words.pairConnecting);
        window.setTimeout(open, redeemable ? RETRY_MS : RETRY_MS / 3);
      };
    };
    open();
  });
}
