/** <a href="https://ipld.io/specs/selectors/">IPLD selectors</a>: parsed, written, and walked within budgets. */
package libp2p.ipld.selector;
