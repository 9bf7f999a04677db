namespace Sallyport.AspNetCore.Identity;

/// <summary>The kinds of alternative names that may stand for an identity.</summary>
internal enum NameKind
{
    Dns,
    Uri,
    Email,
    Ip,
    OtherName,
}
