namespace Sallyport.AspNetCore.Authorization;

/// <summary>The operations that the use gate itself knows; an application adds its own names, such as "approve". Compared exactly.</summary>
public static class Operations
{
    /// <summary>Looks at a resource. Never allows a write.</summary>
    public const string Read = "read";

    /// <summary>Makes a resource that was not there. The only operation that may insert one.</summary>
    public const string Create = "create";

    /// <summary>Changes a resource. So may any name that is not one of these four.</summary>
    public const string Update = "update";

    /// <summary>Ends a resource. The only operation that may delete one.</summary>
    public const string Delete = "delete";
}
