using System.Collections.Immutable;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>The lists of one file or body.</summary>
internal sealed record ReadLists(ImmutableArray<ReadList> All);
