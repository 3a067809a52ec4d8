# The policy as it is in force: defaults filled in, names as browsers compare them, nothing twice.

locals {
  # Pattern under pattern: what a wider one names already is left out. A wider one has the same scheme, the same or any
  # port, and a base to the right of a dot in this one's. Exact origins stay as they were written.
  entry_of = { for e in local.entries : e.text => e... }
  patterns = tomap({ for text, same in local.entry_of : text => flatten([
    for number in range(length(split(".", same[0].base))) : [
      for port in [same[0].port == null ? "" : ":${same[0].port}", ":*"] :
      "${same[0].scheme}://*.${join(".", slice(split(".", same[0].base), number, length(split(".", same[0].base))))}${port}"
    ]
  ]) if same[0].is_subdomain_pattern })
  covered = { for text, wider in local.patterns : text => anytrue([for each in wider : each != text && lookup(local.patterns, each, null) != null]) }

  # https://fetch.spec.whatwg.org/#concept-method-normalize
  normalized_methods = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]

  # https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
  safelisted_response_headers = ["cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma"]

  allow_origins     = [for text in distinct(local.strings.allow_origins) : text if !lookup(local.covered, text, false)]
  allow_methods     = distinct([for text in local.strings.allow_methods : contains(local.normalized_methods, upper(text)) ? upper(text) : text])
  allow_headers     = distinct([for text in local.strings.allow_headers : lower(text)])
  expose_headers    = distinct([for text in local.strings.expose_headers : lower(text) if !contains(local.safelisted_response_headers, lower(text))])
  allow_credentials = local.is_true.allow_credentials

  # GET, HEAD and POST need no listing (https://fetch.spec.whatwg.org/#cors-safelisted-method): a browser does not look
  # for them, and a gateway may.
  listed_methods = contains(local.allow_methods, "*") ? local.allow_methods : distinct(concat(local.allow_methods, ["GET", "HEAD", "POST"]))

  # Null where there is no CORS, and where there is no policy that could be in force.
  in_force = local.is_object && length(local.problems) == 0
  policy = local.in_force ? merge({
    allow_origins     = local.allow_origins
    allow_methods     = local.allow_methods
    allow_headers     = local.allow_headers
    expose_headers    = local.expose_headers
    allow_credentials = local.allow_credentials
    max_age           = local.max_age
  }, { for name in local.dangerous : name => true if local.is_true[name] }) : null

  # What the dialects ask of the origins.
  origins         = [for text in local.allow_origins : local.entry_of[text][0]]
  any_origin      = contains(local.allow_origins, "*")
  inexact_origins = [for e in local.origins : e.text if e.is_subdomain_pattern || e.port == "*"]
  foreign_origins = [for e in local.origins : e.text if e.text != "*" && !contains(["http", "https"], e.scheme)]
}
