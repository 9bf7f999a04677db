namespace Sallyport.AspNetCore;

/// <summary>Names that the guard uses with the framework.</summary>
public static class SallyportDefaults
{
    /// <summary>The authentication scheme of a client certificate, a token bound to it and a session bound to it, decided together.</summary>
    public const string Scheme = "Sallyport";

    /// <summary>The name of the <c>HttpClient</c> that reads issuers' keys; configure it to trust private roots or to go through a proxy.</summary>
    public const string TokenHttpClient = "Sallyport.Tokens";

    /// <summary>The configuration section that <c>AddSallyport</c> reads.</summary>
    public const string Section = "Sallyport";
}
