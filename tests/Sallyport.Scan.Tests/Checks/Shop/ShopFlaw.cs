namespace Sallyport.Scan.Tests.Checks.Shop;

/// <summary>What <see cref="ShopServer"/> does wrong.</summary>
public enum ShopFlaw
{
    None,

    /// <summary>POST /account looks at nothing.</summary>
    AnyOrigin,

    /// <summary>The same, when a field says so in JSON called text/plain.</summary>
    AnyOriginJson,

    /// <summary>The token may be left out.</summary>
    TokenOptional,

    /// <summary>Any session's token is good.</summary>
    TokenOfAnyone,

    /// <summary>The token is whatever the cookie says.</summary>
    UnsignedPair,

    /// <summary>GET /account?note=… changes it.</summary>
    GetChanges,

    /// <summary>POST /profile?_method=PUT is a PUT.</summary>
    Override,

    /// <summary>The session's cookie has no attribute.</summary>
    LooseCookie,

    /// <summary>Access-Control-Allow-Origin is whatever Origin says.</summary>
    ReflectedOrigin,

    /// <summary>The same for the origin null only.</summary>
    NullOrigin,

    /// <summary>The same for hosts that begin with ours.</summary>
    OriginByPrefix,

    /// <summary>A cookie that is brought to the login becomes the session's.</summary>
    KeptSession,

    /// <summary>The logout only takes the cookie back.</summary>
    ForgetfulLogout,

    /// <summary>Whoever asks gets the socket.</summary>
    OpenSocket,

    /// <summary>Looks first, cashes later.</summary>
    CouponRace,

    /// <summary>Loads, waits, stores whole.</summary>
    Resurrection,

    /// <summary>If-Match is not compared.</summary>
    StaleMatch,

    /// <summary>If-Match is compared first, the write comes later.</summary>
    MatchRace,

    /// <summary>The caller is kept in a field.</summary>
    SharedCaller,

    /// <summary>A right is good for two seconds after it was taken away.</summary>
    LingeringRight,

    /// <summary>Wrong logins cost nothing.</summary>
    EndlessGuesses,

    /// <summary>Another answer for names that there are not.</summary>
    TalkativeLogin,

    /// <summary>Hashes for known names only.</summary>
    FastRefusal,

    /// <summary>The same where other work makes every login take another time.</summary>
    RestlessHash,

    /// <summary>Takes every password at the registration.</summary>
    WeakPasswords,

    /// <summary>Lets everybody in.</summary>
    AnyPassword,

    /// <summary>The reset's answer holds six digits that stay good.</summary>
    OpenReset,

    /// <summary>The reset's answer holds a link to the host that was asked.</summary>
    HostLink,

    /// <summary>No limit and no word of one.</summary>
    NoLimit,

    /// <summary>The limit counts X-Forwarded-For.</summary>
    ForwardedLimit,

    /// <summary>A page is as long as asked for.</summary>
    EndlessPage,

    /// <summary>Bodies of any length.</summary>
    AnyBody,

    /// <summary>A page of more than 100 breaks off: no flaw, a server in trouble.</summary>
    BrokenPage,

    /// <summary>500 to everything after the login.</summary>
    Broken,
}
