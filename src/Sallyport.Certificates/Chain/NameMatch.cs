namespace Sallyport.Certificates.Chain;

/// <summary>How a name stands to a subtree.</summary>
internal enum NameMatch
{
    /// <summary>Another form of name: the subtree says nothing about it.</summary>
    OtherForm,

    /// <summary>Inside.</summary>
    Within,

    /// <summary>Outside.</summary>
    Outside,

    /// <summary>The name or the subtree cannot be read well enough to tell.</summary>
    Undecidable,
}
