const ADDRESS = /^([a-z][a-z0-9+.-]*:\/\/)([^\s@/?#]*@)?([^\s@/?#]*)([/?#][^\s@]*)?$/i;

/** Whether a value is one address, or several separated by commas, that can be parsed as URLs. */
export function isAddress(value: string): boolean {
  return partsOf(value).every((part) => ADDRESS.test(part) && URL.canParse(part));
}

/** The scheme and host of each address. Its user, password, path and query may be secrets. */
export function printableAddress(value: string): string {
  return partsOf(value)
    .map((part) => {
      const [, scheme, credentials = "", host, rest = "/"] = ADDRESS.exec(part) ?? [];
      if (scheme === undefined || host === undefined) return "[redacted]";
      return `${scheme}${credentials && "[redacted]@"}${host}${rest === "/" ? "" : "/[redacted]"}`;
    })
    .join(",");
}

/** A text without the user and password of any address in it. */
export function hideCredentials(text: string): string {
  return text.replace(/:\/\/\S*@/g, "://[redacted]@");
}

/** A password may contain commas, so a value with a password is one address. */
const partsOf = (value: string) => (value.includes("@") ? [value] : value.split(","));
