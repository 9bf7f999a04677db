namespace Sallyport.Tls.Hello;

/// <summary>Whose order decides the suite.</summary>
public enum SuitePreference
{
    /// <summary>Not asked, or fewer than two suites.</summary>
    Unknown,

    /// <summary>The server's own order; the inventory lists suites in it.</summary>
    Server,

    /// <summary>The client's order.</summary>
    Client,

    /// <summary>Neither throughout, such as ChaCha20 first only for clients that prefer it.</summary>
    Mixed,
}
