import ipaddr from "ipaddr.js";

/** A provider gives each IPv6 client at least this many bits to vary. */
const IPV6_CLIENT_BITS = 64;

/**
 * The identity of a client without a key: its IPv4 address, or the /64 network of its IPv6 address.
 */
export function clientAddress(ip: string): string {
  if (!ip.includes(":")) return ip;
  const [address] = ip.split("%", 1); // without the zone of a link-local address
  if (!ipaddr.isValid(address!)) return ip;
  const parsed = ipaddr.process(address!); // an IPv4 address that is mapped into IPv6 becomes IPv4
  if (parsed.kind() === "ipv4") return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/${IPV6_CLIENT_BITS}`).toString();
}
