namespace Sallyport.Scan.Api;

/// <summary>Which of its credentials an identity shows.</summary>
internal enum CredentialSet
{
    /// <summary>None at all.</summary>
    Neither,

    /// <summary>The certificate alone.</summary>
    Certificate,

    /// <summary>The application credentials alone: token, cookie, password or key.</summary>
    Token,

    /// <summary>Certificate and application credentials.</summary>
    Both,
}
