namespace Sallyport.Certificates.Chain;

/// <summary>What is known about one signature.</summary>
internal enum SignatureState
{
    /// <summary>The budget was spent before it was looked at.</summary>
    NotChecked,

    /// <summary>The issuer's key made it.</summary>
    Valid,

    /// <summary>The issuer's key did not make it.</summary>
    Invalid,

    /// <summary>Algorithm or key is not supported.</summary>
    Unsupported,
}
