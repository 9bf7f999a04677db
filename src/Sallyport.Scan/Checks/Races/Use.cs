using System.Collections.Immutable;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Races;

/// <summary>One thing that can be used once.</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Call">Uses it.</param>
/// <param name="Counts">Reads whose numbers tell how often it was used.</param>
internal sealed record Use(Identity Owner, Ask Call, ImmutableArray<Ask> Counts);
