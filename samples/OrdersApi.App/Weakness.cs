namespace OrdersApi.App;

/// <summary>One thing that the API can be told to do wrong. Without any it does everything right; each can be switched on alone.</summary>
/// <remarks>Every member declares with <c>Plants</c> the rules that a scanner must then report: see <see cref="Weaknesses"/>.</remarks>
public enum Weakness
{
    // The handshake and what stands on it.
    [Plants("MTLS-114", "MTLS-122", "MTLS-125", "MTLS-303", "MTLS-306", Flaw = "accounts are found by the CN of the subject, not by the certificate", Needs = [UnboundToken])]
    AccountByCommonName,
    [Plants(
        "MTLS-101", "MTLS-102", "MTLS-103", "MTLS-104", "MTLS-105", "MTLS-106", "MTLS-107", "MTLS-108", "MTLS-109", "MTLS-110", "MTLS-111", "MTLS-126", "BIND-004",
        Flaw = "a certificate is asked for and never verified", Needs = [AccountByCommonName])]
    AnyCertificate,
    [Plants(
        "MTLS-106", "MTLS-107", "MTLS-108",
        Flaw = "a certificate made for a server, or for nothing, opens the API", Needs = [AccountByCommonName])]
    AnyUsage,
    [Plants("MTLS-111", Flaw = "revoked certificates are served")]
    NoRevocation,
    [Plants("AUTH-001", "MTLS-301", "SPEC-001", Flaw = "the handshake lets everyone through and the invoice route forgets to ask who it is")]
    RouteGap,
    [Plants("AUTH-001", "AUTHZ-008", "AUTHZ-009", "BIND-002", "LLM-001", "MTLS-002", "MTLS-003", "MTLS-301", "SPEC-001", Flaw = "the certificate is requested and those without one are served")]
    EveryoneServed,
    [Plants("MTLS-211", "MTLS-216", Flaw = "a connection made for one name is served the pages of another")]
    ForeignHost,
    [Plants("MTLS-207", Flaw = "what was true at the handshake is believed until the connection ends", Needs = [AccountByCommonName])]
    TrustedConnection,
    [Plants("MTLS-307", Flaw = "the server fetches the URLs in an unknown certificate")]
    CertificateDownloads,
    [Plants("MTLS-114", "MTLS-302", Flaw = "a certificate without an account is served", Needs = [UnboundToken])]
    UnmappedServed,
    [Plants("AUTHZ-001", "MTLS-121", Flaw = "any account reads the documents of any other")]
    NoOwnerRule,
    [Plants("MTLS-010", "MTLS-305", "TLS-022", Flaw = "a plain HTTP port serves the whole API")]
    PlainHttp,
    [Plants("TLS-021", Flaw = "browsers are not told to stay on TLS")]
    NoStrictTransport,
    [Plants("TLS-003", Flaw = "CBC suites with SHA-1 are accepted")]
    OldSuites,

    // Tokens.
    [Plants("JWT-001", Flaw = "a token that says alg none and has no signature is believed")]
    AlgorithmNone,
    [Plants("JWT-002", Flaw = "the signature is never looked at")]
    SignatureIgnored,
    [Plants("JWT-003", Flaw = "the public key is taken for the secret of an HMAC when the token says HS256")]
    KeyConfusion,
    [Plants("JWT-004", Flaw = "tokens are signed with a secret out of a manual")]
    GuessableSecret,
    [Plants("JWT-005", Flaw = "kid is a file or a row of a table, found with the token's own text")]
    KeyFromHeaderName,
    [Plants("JWT-006", Flaw = "a token brings the key that it is verified with")]
    KeyFromHeader,
    [Plants("JWT-007", Flaw = "a token says where its key is fetched")]
    KeyFromUrl,
    [Plants("JWT-008", Flaw = "an expired token is accepted")]
    ExpiryIgnored,
    [Plants("JWT-009", Flaw = "a token that is not valid yet is accepted")]
    NotBeforeIgnored,
    [Plants("JWT-010", Flaw = "a token for another API is accepted")]
    AudienceIgnored,
    [Plants("JWT-011", Flaw = "a token of another issuer is accepted")]
    IssuerIgnored,
    [Plants("JWT-012", Flaw = "an id token is accepted as access token")]
    TokenTypeIgnored,
    [Plants("JWT-013", Flaw = "a token that was taken back is accepted")]
    TokenOutlivesLogout,
    [Plants("JWT-014", Flaw = "a token is taken from the query or a cookie")]
    TokenAnywhere,
    [Plants("JWT-015", Flaw = "a token holds a card number, an address and the roles, and lives for a month")]
    TalkativeToken,
    [Plants("JWT-016", Flaw = "critical headers and doubled names are passed over")]
    LooseTokenShape,
    [Plants("JWT-017", Flaw = "a signature of zeroes is good")]
    PsychicSignature,
    [Plants("JWT-018", Flaw = "the scope of a token is not looked at")]
    ScopeIgnored,

    // A certificate and a token, together.
    [Plants("BIND-001", "BIND-006", Flaw = "a token works with any client's certificate: cnf is not compared")]
    UnboundToken,
    [Plants("BIND-002", "MTLS-002", "MTLS-003", "MTLS-301", "SPEC-001", Flaw = "a token is enough: no certificate is needed with it")]
    CertificateOptional,
    [Plants("AUTH-001", "BIND-003", "LLM-001", "SPEC-003", Flaw = "a certificate is enough: no token is needed with it")]
    TokenOptional,
    [Plants("BIND-005", Flaw = "the token is read, and its faults told, before the certificate is verified")]
    TokenBeforeCertificate,
    [Plants("BIND-006", Flaw = "a token without cnf is accepted, or with more in it than a thumbprint")]
    ConfirmationOptional,
    [Plants("BIND-001", "BIND-006", "BIND-007", Flaw = "tokens are bound to nothing, and their subject may be another than the certificate's")]
    SubjectIgnored,
    [Plants("BIND-008", Flaw = "a session cookie works with any client's certificate")]
    UnboundSession,
    [Plants("BIND-010", Flaw = "the token endpoint believes client_id, not the certificate")]
    TokenForAnyClient,

    // Who may do what.
    [Plants("AUTHZ-002", Flaw = "any account changes the documents of any other")]
    ForeignWrites,
    [Plants("AUTHZ-003", Flaw = "a line is found without looking whose order it belongs to")]
    LooseParent,
    [Plants("AUTHZ-004", Flaw = "the request says whose orders are listed")]
    BelievedOwner,
    [Plants("AUTHZ-005", Flaw = "the list of orders holds everyone's")]
    ListOfAll,
    [Plants("AUTHZ-006", Flaw = "customers do what administrators do")]
    OpenAdministration,
    [Plants("AUTHZ-002", "AUTHZ-007", Flaw = "PUT asks whose profile it is, PATCH does not")]
    UnevenMethods,
    [Plants("AUTH-001", "AUTHZ-008", "SPEC-003", Flaw = "those who show no token are shown the invoice that others are refused")]
    AnonymousPreferred,
    [Plants("AUTHZ-009", Flaw = "PUT, PATCH and DELETE work without a token")]
    AnonymousWrites,
    [Plants("AUTHZ-010", Flaw = "the answer tells an order that exists from one that does not")]
    ExistenceOracle,
    [Plants("AUTHZ-011", Flaw = "whatever a profile is sent is stored: the balance too")]
    MassAssignment,
    [Plants("AUTHZ-012", Flaw = "a profile shows the hash of the password")]
    OverExposure,
    [Plants("AUTHZ-014", "RACE-002", Flaw = "who was an administrator is believed to be one for some seconds more")]
    StaleRole,

    // Logging in.
    [Plants("AUTH-001", "SPEC-003", Flaw = "the list of coupons asks for no token")]
    ForgottenRoute,
    [Plants("AUTH-002", Flaw = "X-HTTP-Method-Override changes the method after the gate")]
    MethodOverride,
    [Plants("AUTH-003", Flaw = "passwords may be tried for ever")]
    UnlimitedLogins,
    [Plants("AUTH-004", Flaw = "the answer tells whether there is such a login")]
    LoginTells,
    [Plants("AUTH-005", Flaw = "admin, admin opens a session")]
    DefaultPassword,
    [Plants("AUTH-006", Flaw = "any password will do")]
    WeakPasswords,
    [Plants("AUTH-007", Flaw = "the token that sets a new password is short, comes in the answer, and works twice")]
    ResetTells,

    // Browsers.
    [Plants("CSRF-001", "CSRF-002", Flaw = "forms are taken from any site, without their token")]
    CrossSiteForms,
    [Plants("CSRF-002", Flaw = "the token of a form is not looked at")]
    FormTokenIgnored,
    [Plants("CSRF-003", Flaw = "a link changes the mail address")]
    ChangeByGet,
    [Plants("CSRF-004", Flaw = "the session cookie has no Secure, no HttpOnly, no SameSite and no prefix")]
    PoorCookie,
    [Plants("CSRF-005", Flaw = "every origin is allowed to read with credentials")]
    ReflectedOrigin,
    [Plants("CSRF-006", Flaw = "the id of a session stays the same at the login")]
    FixedSession,
    [Plants("CSRF-007", Flaw = "a session is only forgotten by the browser")]
    SessionOutlivesLogout,
    [Plants("CSRF-008", Flaw = "the event stream and the WebSocket ask nobody where they come from")]
    OpenEvents,

    // Proxies.
    [Plants("PROXY-001", Flaw = "X-SSL-Client-S-DN stands for a certificate")]
    HeaderIdentity,
    [Plants("PROXY-002", Flaw = "Client-Cert stands for a certificate")]
    HeaderCertificate,
    [Plants("PROXY-003", Flaw = "those headers win over the certificate of the connection")]
    HeaderBeatsCertificate,
    [Plants("PROXY-005", Flaw = "the administrators' gate compares the path, the router reads it otherwise")]
    PathConfusion,
    [Plants("PROXY-004", Flaw = "who says that he is 127.0.0.1 is let in")]
    LocalTrusted,
    [Plants("MTLS-305", "PROXY-006", "TLS-022", Flaw = "the port behind the proxy answers everyone")]
    BackendPort,

    // What comes in.
    [Plants("IV-001", Flaw = "bodies are not held against the description")]
    LooseInput,
    [Plants("IV-002", Flaw = "the search puts its words into the SQL")]
    SqlText,
    [Plants("IV-003", Flaw = "the search evaluates what stands in double braces")]
    TemplateText,
    [Plants("IV-004", Flaw = "a file is read by whatever path its name makes")]
    FileByPath,
    [Plants("IV-005", Flaw = "a pattern that backtracks is run on the search words")]
    SlowPattern,
    [Plants("IV-007", Flaw = "debugging pages and a Git folder are served")]
    DebugRoutes,
    [Plants("SSRF-001", Flaw = "the server fetches whatever URL a webhook has, and whatever a Referer names")]
    BlindFetch,
    [Plants("SSRF-002", Flaw = "and shows what it got", Needs = [BlindFetch])]
    OpenFetch,

    // How much, and how often.
    [Plants("RACE-002", Flaw = "a role is believed for some seconds after it was taken away")]
    LateDecision,
    [Plants("RL-001", Flaw = "nobody counts")]
    NoRateLimit,
    [Plants("RL-002", Flaw = "X-Forwarded-For says who is counted")]
    SpoofedRateLimit,
    [Plants("IV-001", "RL-003", Flaw = "a list is as long as the caller wants")]
    NoCaps,
    [Plants("RACE-001", Flaw = "a coupon is looked at first and cashed later")]
    CouponRace,
    [Plants("RACE-003", Flaw = "a change brings back an order that was deleted meanwhile")]
    RevivedOrder,
    [Plants("IV-001", "RACE-004", Flaw = "If-Match is not looked at")]
    IfMatchIgnored,
    [Plants("MTLS-304", "RACE-005", Flaw = "profiles pass through a field that all requests share")]
    SharedAnswer,
    [Plants("RACE-006", Flaw = "a certificate that is revoked works on until the connection ends")]
    LateRevocation,

    // What goes out.
    [Plants("DATA-001", Flaw = "a profile shows the card number")]
    CardShown,
    [Plants("DATA-002", Flaw = "a profile shows keys of other services")]
    SecretShown,
    [Plants("DATA-003", "IV-001", Flaw = "errors show the stack and an address of the inside")]
    TalkativeErrors,
    [Plants("AUTH-001", "DATA-004", "SPEC-003", Flaw = "answers are kept by their URL, whoever asked")]
    SharedCache,
    [Plants("ENC-001", Flaw = "pages load and link over plain HTTP")]
    MixedContent,
    [Plants("ENC-002", Flaw = "pages lack the headers that browsers obey")]
    NoSecurityHeaders,
    [Plants("INV-001", Flaw = "the old version is still there and asks for less")]
    OldVersion,
    [Plants("INV-002", Flaw = "operations that nobody described")]
    HiddenRoutes,
    [Plants("INV-003", Flaw = "every answer names the server and its version")]
    Banner,
    [Plants("UC-001", Flaw = "answers name things of others by plain HTTP")]
    PlainLinks,

    // GraphQL.
    [Plants("GQL-001", Flaw = "the schema is told to whoever asks")]
    GraphIntrospection,
    [Plants("GQL-002", Flaw = "an error names the fields that there are")]
    GraphSuggestions,
    [Plants("GQL-003", Flaw = "any number of queries in one request")]
    GraphBatches,
    [Plants("GQL-004", Flaw = "any number of aliases")]
    GraphAliases,
    [Plants("GQL-005", Flaw = "any depth", Needs = [GraphIntrospection])]
    GraphDepth,

    // The assistant.
    [Plants("LLM-001", Flaw = "the assistant talks to who shows no token, and names its model")]
    AssistantOpen,
    [Plants("LLM-002", Flaw = "the assistant tells what it was told first")]
    PromptTold,
    [Plants("LLM-003", Flaw = "the assistant obeys whoever tells it to ignore its orders")]
    InstructionsObeyed,
    [Plants("LLM-004", Flaw = "the assistant plays a persona that obeys")]
    PersonaPlayed,
    [Plants("LLM-005", Flaw = "the assistant obeys what is encoded")]
    EncodingsObeyed,
    [Plants("LLM-006", Flaw = "the assistant obeys what stands in a document or an order")]
    DocumentsObeyed,
    [Plants("LLM-007", Flaw = "the assistant puts the caller's data into links")]
    LinksMade,
    [Plants("LLM-008", Flaw = "the assistant's markup is sent as HTML")]
    MarkupMade,
    [Plants("LLM-009", Flaw = "the assistant tells of other customers")]
    OthersTold,
    [Plants("LLM-010", Flaw = "the assistant's tools change any order and open any address")]
    ToolUnchecked,
    [Plants("LLM-011", Flaw = "the assistant's replies have no end")]
    EndlessReply,
    [Plants("LLM-012", Flaw = "the assistant tells keys of other services")]
    SecretsTold,

    // The description.
    [Plants("SPEC-002", Flaw = "the description does not say that certificates are needed")]
    SilentDescription,
    [Plants("SPEC-004", Flaw = "the description leaves a write open, names a scheme that there is not and a plain address")]
    CarelessDescription,
    [Plants("SPEC-005", Flaw = "the description leaves out what the API answers")]
    UndeclaredAnswers,
    [Plants("SPEC-006", Flaw = "the description sets no bounds")]
    UnboundedDescription,
}
