using System.Collections.Immutable;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Api;

/// <summary>An identity with a value for each parameter of one operation's path, as far as they could be found.</summary>
/// <param name="Identity">The identity; only its values differ from what the user gave.</param>
/// <param name="Listed">The ids that the API listed for it as values of the last parameter that had to be looked up; empty when nothing was looked up.</param>
internal sealed record OwnValues(Identity Identity, ImmutableArray<string> Listed)
{
    /// <summary>Whether a value comes from an answer of the API and not from the user.</summary>
    public bool FromList => !Listed.IsEmpty;
}
