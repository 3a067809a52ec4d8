# The rule book: everything that can be wrong with a policy. One rule is one line that says what is reported, and one
# that says when. python/lambda_cors_kit/rules.py has the same rules with the same words, in the same order.

locals {
  # ------------------------------------------------------------------------------------------------ the whole policy
  policy_problems = [
    for json in [local.cors_json] : { code = "type.object", field = "policy", value = var.cors, message = "${replace(json, local.longer_than_80, local.first_80)} is not a policy; write an object such as {\"allow_origins\":[\"https://app.example.com\"]}" }
    if !local.is_object && !local.no_cors
  ]

  field_problems = [
    for name, json in local.given : { code = "policy.unknown_field", field = name, value = jsondecode(json), message = "${replace(jsonencode(name), local.longer_than_80, local.first_80)} is not a field of a CORS policy, so it would do nothing; write one of ${join(", ", local.fields)}" }
    if !contains(local.fields, name)
  ]

  # ----------------------------------------------------------------------------------------------------------- types
  examples = { allow_origins = "\"https://app.example.com\"", allow_methods = "\"PUT\"", allow_headers = "\"content-type\"", expose_headers = "\"x-request-id\"" }
  shown    = { for name, json in local.json : name => replace(json, local.longer_than_80, local.first_80) }

  type_problems = concat(
    [for name in local.lists : { code = "type.list", field = name, value = jsondecode(local.json[name]), message = "${local.shown[name]} is not a list; write a list of strings, such as [${local.examples[name]}]" }
    if !local.is_list[name]],

    flatten([for name in local.lists : [for item in local.items[name] : { code = "type.string", field = name, value = item.value, message = "${replace(item.json, local.longer_than_80, local.first_80)} is not a string; write text in quotes, such as ${local.examples[name]}" }
    if !startswith(item.json, "\"")]]),

    [for name in concat(["allow_credentials"], local.dangerous) : { code = "type.boolean", field = name, value = jsondecode(local.json[name]), message = "${local.shown[name]} is not a boolean; write true or false, without quotes" }
    if !contains(["true", "false"], local.json[name])],

    [for name in ["max_age"] : { code = "type.integer", field = name, value = jsondecode(local.json[name]), message = "${local.shown[name]} is not a whole number; write seconds without quotes, such as 7200" }
    if !local.is_integer],
  )

  # --------------------------------------------------------------------------------------------------- allow_origins
  origin_problems = concat(
    [for json in [local.json.allow_origins] : { code = "origin.missing", value = [], message = "no origin is listed, so no page could read any response; list the origins of your pages, or leave CORS off" }
    if json == "[]"],

    [for e in local.entries : { code = "origin.several", value = e.text, message = "${e.shown} holds several origins in one string, and a browser sends one; write each as an entry of the list" }
    if e.is_list],

    [for e in local.entries : { code = "origin.whitespace", value = e.text, message = "${e.shown} has white space in it, which no origin has, so it would never match; take it out" }
    if !e.is_list && can(regex("[ \\t\\n\\r\\f\\v]", e.text))],

    [for e in local.entries : { code = "origin.control", value = e.text, message = "${e.shown} has a control character in it, which no origin has; type it again" }
    if can(regex("[\\x00-\\x08\\x0e-\\x1f\\x7f]", e.text))],

    [for e in local.entries : { code = "origin.unicode", value = e.text, message = "${e.shown} is not ASCII, and browsers send international names as Punycode; write the xn-- form" }
    if can(regex("[^\\x00-\\x7f]", e.text))],

    [for e in local.entries : { code = "origin.null", value = e.text, message = "${e.shown} is what any sandboxed frame or file sends, so it would let everyone in; list the real origins of your pages" }
    if e.is_null],

    [for e in local.entries : { code = "origin.scheme", value = e.text, message = "${e.shown} does not start with a scheme, as an origin does; write it as the browser does, such as \"https://app.example.com\"" }
    if e.lacks_scheme || (e.has_parts && !e.is_scheme)],

    [for e in local.entries : { code = "origin.file", value = e.text, message = "${e.shown} never matches, for pages from files have the origin null; serve the page over http, such as \"http://localhost:3000\"" }
    if e.scheme == "file"],

    [for e in local.entries : { code = "origin.upper_case", value = e.text, message = "${e.shown} has upper-case letters, and browsers send scheme and host in lower case; did you mean ${e.suggestion}?" }
    if e.has_host && e.has_upper_case],

    [for e in local.entries : { code = "origin.userinfo", value = e.text, message = "${e.shown} has a user name in it, which browsers never send in an origin; did you mean ${e.suggestion}?" }
    if e.has_host && e.userinfo != null],

    [for e in local.entries : { code = "origin.trailing_slash", value = e.text, message = "${e.shown} ends with a slash, and browsers send the origin without it; did you mean ${e.suggestion}?" }
    if e.has_host && e.rest == "/"],

    [for e in local.entries : { code = "origin.path", value = e.text, message = "${e.shown} has a path, and an origin ends with its host and port; did you mean ${e.suggestion}?" }
    if e.has_host && !contains(["", "/"], e.rest)],

    [for e in local.entries : { code = "origin.port", value = e.text, message = "${e.shown} has no port that can be; write 1 to 65535 without leading zeros, or \":*\" for any" }
    if e.has_host && !e.is_port],

    [for e in local.entries : { code = "origin.default_port", value = e.text, message = "${e.shown} names the default port of its scheme, which browsers leave out; did you mean ${e.suggestion}?" }
    if e.has_host && e.is_default],

    [for e in local.entries : { code = "origin.pattern", value = e.text, message = "${e.shown} has a wildcard that is not supported; write \"https://*.example.com\" for the sub-domains of a domain, or list the origins" }
    if e.has_host && strcontains(e.host, "*") && !e.is_subdomain_pattern],

    [for e in local.entries : { code = "origin.ip", value = e.text, message = "${e.shown} has no IP address as browsers write it; write \"http://192.0.2.10\", or \"http://[2001:db8::1]\" shortened and in lower case" }
    if e.has_host && !strcontains(e.host, "*") && e.is_address && !e.is_canonical_address],

    [for e in local.entries : { code = "origin.host", value = e.text, message = "${e.shown} has no valid host; write labels of 1 to 63 letters, digits, hyphens (inside) and underscores, 253 bytes in all" }
    if e.is_named && !e.is_domain],

    [for e in local.entries : { code = "origin.punycode", value = e.text, message = "${e.shown} has a label that starts with xn-- and is no Punycode; write the name as the browser shows it in the Origin header" }
    if e.is_named && e.is_domain && e.has_broken_punycode],

    [for wildcard in ["*"] : { code = "origin.wildcard_not_alone", value = wildcard, message = "\"*\" names every origin already, so the others would do nothing; write \"*\" alone, or leave it out" }
    if contains(local.strings.allow_origins, wildcard) && length(distinct(local.strings.allow_origins)) > 1],
  )

  # --------------------------------------------------------------------------------------------------- allow_methods
  methods = [for text in local.strings.allow_methods : {
    text     = text
    shown    = replace(jsonencode(text), local.longer_than_80, local.first_80)
    is_token = can(regex(local.grammar.token, text))
  }]

  method_problems = concat(
    [for m in local.methods : { code = "method.token", value = m.text, message = "${m.shown} is not a method, so no browser could send it; write one name an entry, such as \"PUT\"" }
    if !m.is_token],

    [for m in local.methods : { code = "method.pattern", value = m.text, message = "${m.shown} is read by browsers letter for letter, not as a pattern; list the methods, or write \"*\" alone" }
    if m.is_token && m.text != "*" && strcontains(m.text, "*")],

    [for m in local.methods : { code = "method.forbidden", value = m.text, message = "${m.shown} can be sent by no script in any browser, so allowing it does nothing; leave it out" }
    if contains(["CONNECT", "TRACE", "TRACK"], upper(m.text))], # https://fetch.spec.whatwg.org/#forbidden-method

    [for m in local.methods : { code = "method.case", value = m.text, message = "${m.shown} is not PATCH, for browsers do not change the case of this method; write \"PATCH\"" }
    if m.text != "PATCH" && upper(m.text) == "PATCH"],

    [for wildcard in ["*"] : { code = "method.wildcard_not_alone", value = wildcard, message = "\"*\" names every method already, so the others would do nothing; write \"*\" alone, or leave it out" }
    if contains(local.strings.allow_methods, wildcard) && length(distinct(local.strings.allow_methods)) > 1],
  )

  # --------------------------------------------------------------------------------------------------- allow_headers
  # https://fetch.spec.whatwg.org/#forbidden-request-header
  forbidden_request_headers = [
    "accept-charset", "accept-encoding", "access-control-request-headers", "access-control-request-method",
    "access-control-request-private-network", "connection", "content-length", "cookie", "cookie2", "date", "dnt", "expect",
    "host", "keep-alive", "origin", "referer", "set-cookie", "te", "trailer", "transfer-encoding", "upgrade", "via",
  ]

  response_only_headers = [
    "access-control-allow-credentials", "access-control-allow-headers", "access-control-allow-methods", "access-control-allow-origin",
    "access-control-allow-private-network", "access-control-expose-headers", "access-control-max-age",
  ]

  header_names = { for field in ["allow_headers", "expose_headers"] : field => [for text in local.strings[field] : {
    text     = text
    shown    = replace(jsonencode(text), local.longer_than_80, local.first_80)
    is_token = can(regex(local.grammar.token, text))
    # The one letter that would become ASCII here (i), and does not in Python.
    lower = lower(replace(text, "\u0130", "i\u0307"))
  }] }

  header_name_problems = { for field, names in local.header_names : field => concat(
    [for h in names : { code = "header.token", value = h.text, message = "${h.shown} is not a header name; write one name an entry, such as ${local.examples[field]}" }
    if !h.is_token],

    [for h in names : { code = "header.pattern", value = h.text, message = "${h.shown} is read by browsers letter for letter, not as a pattern; list the names, or write \"*\"" }
    if h.is_token && h.text != "*" && strcontains(h.text, "*")],
  ) }

  request_header_problems = concat(
    local.header_name_problems.allow_headers,

    [for h in local.header_names.allow_headers : { code = "header.forbidden", value = h.text, message = "${h.shown} is set by the browser alone and by no script, so allowing it does nothing; leave it out" }
    if contains(local.forbidden_request_headers, h.lower) || startswith(h.lower, "proxy-") || startswith(h.lower, "sec-")],

    [for h in local.header_names.allow_headers : { code = "header.wrong_direction", value = h.text, message = "${h.shown} is a response header, which no page sends; leave it out, the kit writes it where it belongs" }
    if contains(local.response_only_headers, h.lower)],

    [for wildcard in ["*"] : { code = "header.wildcard_not_alone", value = wildcard, message = "\"*\" names every header but authorization, so the others would do nothing; write [\"*\"] or [\"*\",\"authorization\"]" }
    if contains(local.strings.allow_headers, wildcard) && length(setsubtract(local.header_names.allow_headers[*].lower, ["*", "authorization"])) > 0],
  )

  # -------------------------------------------------------------------------------------------------- expose_headers
  # What a page cannot want to read from a response: request headers, and what only a preflight carries.
  not_exposable_headers = [
    "access-control-allow-headers", "access-control-allow-methods", "access-control-allow-private-network", "access-control-max-age",
    "access-control-request-headers", "access-control-request-method", "access-control-request-private-network", "origin",
  ]

  exposed_header_problems = concat(
    local.header_name_problems.expose_headers,

    [for h in local.header_names.expose_headers : { code = "header.forbidden", value = h.text, message = "${h.shown} is shown to no script by any browser, so exposing it does nothing; leave it out" }
    if contains(["set-cookie", "set-cookie2"], h.lower)], # https://fetch.spec.whatwg.org/#forbidden-response-header-name

    [for h in local.header_names.expose_headers : { code = "header.wrong_direction", value = h.text, message = "${h.shown} is a header of requests or preflights, which no page reads from a response; leave it out" }
    if contains(local.not_exposable_headers, h.lower)],

    [for wildcard in ["*"] : { code = "header.wildcard_not_alone", value = wildcard, message = "\"*\" names every header already, so the others would do nothing; write \"*\" alone, or leave it out" }
    if contains(local.strings.expose_headers, wildcard) && length(distinct(local.strings.expose_headers)) > 1],
  )

  # --------------------------------------------------------------------------------------------------------- max_age
  max_age_problems = [
    for value in [local.max_age] : { code = "max_age.range", value = value, message = "${local.shown.max_age} is not a time that every gateway and browser takes; write 0 (do not cache) to 86400 seconds" }
    if value == null ? false : value < 0 || value > 86400
  ]

  # --------------------------------------------------------------------------------------------------- a user's session
  # Names whose sub-domains belong to more than one owner: a public suffix, or a name above one (https://publicsuffix.org).
  # The list has one name a line; a search in its text is 30 times faster than decoding 10,000 names, and is not made
  # for a policy without wildcards.
  wildcard_domains = distinct([for e in local.entries : e.domain if e.is_subdomain_pattern && !e.is_loopback && local.is_true.allow_credentials])
  public_suffixes  = join("", [for number in range(min(1, length(local.wildcard_domains))) : replace(file("${path.module}/public_suffixes.json"), "\"\n", "\",\n")])
  # A top-level domain that is not listed is a public suffix too: "If no rules match, the prevailing rule is *".
  shared_domains = { for domain in local.wildcard_domains : domain => true
    if !strcontains(domain, ".")
    || strcontains(local.public_suffixes, "\n\"${domain}\",")
    || (strcontains(local.public_suffixes, "\n\"*.${join(".", slice(split(".", domain), 1, length(split(".", domain))))}\",") && !strcontains(local.public_suffixes, "\n\"!${domain}\","))
  }

  credentials_problems = concat(
    [for wildcard in ["*"] : { code = "credentials.wildcard_origin", field = "allow_origins", value = wildcard, message = "\"*\" with credentials would hand every site the user's session, and browsers refuse it; list the origins" }
    if contains(local.strings.allow_origins, wildcard)],

    [for e in local.entries : { code = "credentials.insecure_origin", field = "allow_origins", value = e.text, message = "${e.shown} is not encrypted, so anyone on the network could speak for it with the user's session; write https://, or set dangerously_allow_insecure_origins" }
    if e.scheme == "http" && !e.is_loopback && !local.is_true.dangerously_allow_insecure_origins],

    [for e in local.entries : { code = "credentials.public_suffix", field = "allow_origins", value = e.text, message = "${e.shown} covers names that strangers can register (${e.domain} is or holds a public suffix) and would share the user's session with them; name your own domain, or set dangerously_allow_public_suffix_wildcards" }
    if e.is_subdomain_pattern && lookup(local.shared_domains, e.domain, false) && !local.is_true.dangerously_allow_public_suffix_wildcards],

    [for wildcard in ["*"] : { code = "credentials.wildcard_methods", field = "allow_methods", value = wildcard, message = "\"*\" with credentials is read by browsers as the name \"*\", not as every method; list them" }
    if contains(local.strings.allow_methods, wildcard)],

    [for wildcard in ["*"] : { code = "credentials.wildcard_headers", field = "allow_headers", value = wildcard, message = "\"*\" with credentials is read by browsers as the name \"*\", not as every request header; list them" }
    if contains(local.strings.allow_headers, wildcard)],

    [for wildcard in ["*"] : { code = "credentials.wildcard_expose_headers", field = "expose_headers", value = wildcard, message = "\"*\" with credentials is read by browsers as the name \"*\", not as every response header; list them" }
    if contains(local.strings.expose_headers, wildcard)],
  )

  # ---------------------------------------------------------------------------------------------------- all of them
  problems = concat(
    local.policy_problems,
    [for problem in concat(
      local.field_problems,
      local.type_problems,
      [for p in local.origin_problems : merge(p, { field = "allow_origins" })],
      [for p in local.method_problems : merge(p, { field = "allow_methods" })],
      [for p in local.request_header_problems : merge(p, { field = "allow_headers" })],
      [for p in local.exposed_header_problems : merge(p, { field = "expose_headers" })],
      [for p in local.max_age_problems : merge(p, { field = "max_age" })],
      [for p in local.credentials_problems : p if local.is_true.allow_credentials],
    ) : problem if local.is_object]
  )
}
