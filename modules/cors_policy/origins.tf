# The entries of allow_origins, taken apart leniently, so that every rule can look at its own part: the same parts,
# by the same names, as in python/lambda_cors_kit/origins.py. Parts are lower case, and empty where there are none.
# https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin

locals {
  default_ports = { ftp = "21", http = "80", https = "443", ws = "80", wss = "443" }
  white_space   = " \t\n\r\u000c\u000b"

  grammar = {
    origin       = "^(?s)(?P<scheme>[^:/?#]*)://(?:(?P<userinfo>[^/?#]*)@)?(?P<host>\\[[^\\]/?#]*\\]|[^:/?#]*)(?::(?P<port>[^/?#]*))?(?P<rest>[/?#].*)?$"
    scheme       = "^[a-z][a-z0-9+.-]{0,63}$"
    port         = "^(\\*|[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$"
    numeric_host = "^(.*\\.)?([0-9]+|0x[0-9a-f]*)\\.?$"
    ipv4         = "^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])$"

    # Labels that claim to be Punycode have a rule of their own.
    label = "^(xn--[a-z0-9-]{0,59}|[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)$"

    # The first number of a Punycode label must end (RFC 3492, section 6.2), and so must the last.
    punycode = "^xn--(.*-)?([b-z0-9]{2}[0-9]*[a-z]|[b-z0-9]?a)([a-z0-9]*[a-z])?$"

    # The name of a method or header: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
    token = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
  }

  origin_texts = [for text in local.strings.allow_origins : {
    text     = text
    shown    = replace(jsonencode(text), local.longer_than_80, local.first_80)
    trimmed  = trim(text, local.white_space)
    is_null  = lower(trim(text, local.white_space)) == "null"
    is_list  = length(split("://", text)) > 2
    is_plain = can(regex("^[!-~]*$", trim(text, local.white_space)))
  }]

  # Structure is judged only where one origin is to be seen; the rest has a problem of its own.
  origin_structures = [for e in local.origin_texts : merge(e, {
    parts = one([for parts in regexall(local.grammar.origin, e.trimmed) : parts if e.is_plain && !e.is_list && !e.is_null])
  })]

  origin_fields = [for e in local.origin_structures : merge(e, {
    has_parts    = e.parts != null
    lacks_scheme = e.is_plain && e.parts == null && !e.is_list && !e.is_null && e.trimmed != "*"
    scheme       = try(lower(e.parts.scheme), "")
    userinfo     = try(e.parts.userinfo, null)
    host         = try(lower(e.parts.host), "")
    base         = try(trimprefix(lower(e.parts.host), "*."), "")
    domain       = try(trimsuffix(trimprefix(lower(e.parts.host), "*."), "."), "")
    port         = try(e.parts.port, null)
    rest         = try(coalesce(e.parts.rest), "")
  })]

  origin_judgements = [for e in local.origin_fields : merge(e, {
    has_host   = e.has_parts && e.scheme != "file"
    is_scheme  = can(regex(local.grammar.scheme, e.scheme))
    is_port    = e.port == null || can(regex(local.grammar.port, e.port))
    is_default = e.port != null && e.port == lookup(local.default_ports, e.scheme, null)

    # "*." in front of a base domain that has no other wildcard and can have sub-domains.
    is_subdomain_pattern = startswith(e.host, "*.") && !strcontains(e.base, "*") && trim(e.base, ".") != "" && !startswith(e.base, "[") && !can(regex(local.grammar.numeric_host, e.base))

    # An IPv6 address in brackets, or a host that browsers parse as an IPv4 address; and as browsers write it.
    is_address           = startswith(e.host, "[") || can(regex(local.grammar.numeric_host, e.host))
    is_canonical_address = can(regex(local.grammar.ipv4, e.host)) || try(e.host == "[${cidrhost("${trim(e.host, "[]")}/128", 0)}]", false)

    is_domain           = length(trimsuffix(e.host, ".")) <= 253 && alltrue([for label in split(".", e.domain) : can(regex(local.grammar.label, label))])
    has_broken_punycode = anytrue([for label in split(".", e.domain) : startswith(label, "xn--") && !can(regex(local.grammar.punycode, label))])

    # localhost and its sub-domains (RFC 6761), 127.0.0.0/8, ::1: never on the network.
    is_loopback = e.domain == "localhost" || endswith(e.domain, ".localhost") || e.host == "[::1]" || (startswith(e.host, "127.") && can(regex(local.grammar.ipv4, e.host)))

    has_upper_case = e.parts == null ? false : "${e.parts.scheme}${e.parts.host}" != "${e.scheme}${e.host}"
    suggestion = replace(
      jsonencode("${e.scheme}://${e.host}${e.port == null || e.port == "" || e.port == lookup(local.default_ports, e.scheme, "") ? "" : ":${e.port}"}"),
      local.longer_than_80, local.first_80
    )
  })]

  entries = [for e in local.origin_judgements : merge(e, {
    is_named = e.has_host && (strcontains(e.host, "*") ? e.is_subdomain_pattern : !e.is_address)
  })]
}
