using System;
using System.Collections.Generic;
using System.Linq;

namespace Sallyport.Scan.Checks.Logins;

/// <summary>What the times of wrong logins for a known name and for a name of nobody tell.</summary>
/// <param name="Samples">How many there are of each.</param>
/// <param name="Known">The median for the known name, in milliseconds.</param>
/// <param name="Nobody">The median for nobody's.</param>
/// <param name="Spread">The larger standard deviation of one login.</param>
/// <param name="Error">The standard deviation that the difference of the medians has by chance.</param>
internal sealed record LoginTimes(int Samples, double Known, double Nobody, double Spread, double Error)
{
    private const double Noticeable = 10;
    private const double Sigmas = 3;

    /// <summary>Whether they are further apart than chance moves one login, and than a hash of a password could be missed.</summary>
    public bool Differ => Apart > Sigmas * Spread && Apart > Noticeable;

    /// <summary>Whether the server takes as long for both: no difference worth noticing hides in what chance did.</summary>
    public bool AreAlike => Apart + (Sigmas * Error) <= Noticeable;

    private double Apart => Math.Abs(Known - Nobody);

    /// <summary>Compares times.</summary>
    /// <param name="known">Those for the known name.</param>
    /// <param name="nobody">Those for the name of nobody.</param>
    public static LoginTimes Of(IEnumerable<TimeSpan> known, IEnumerable<TimeSpan> nobody)
    {
        double[] one = [.. known.Select(time => time.TotalMilliseconds).Order()];
        double[] two = [.. nobody.Select(time => time.TotalMilliseconds).Order()];
        (double first, double second) = (Deviation(one), Deviation(two));

        // The median of n samples of a normal distribution has the variance π/2 · σ²/n.
        double error = Math.Sqrt(Math.PI / 2 * ((first * first / one.Length) + (second * second / two.Length)));
        return new(Math.Min(one.Length, two.Length), Median(one), Median(two), Math.Max(first, second), error);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"The median of {Samples} wrong logins is {Known:0.0} ms for the known name and {Nobody:0.0} ms for nobody's; the larger standard deviation is {Spread:0.0} ms");

    private static double Median(double[] ordered) => (ordered[ordered.Length / 2] + ordered[(ordered.Length - 1) / 2]) / 2;

    // Of the middle of the samples: one that waited for another program must not hide the difference.
    private static double Deviation(double[] ordered)
    {
        double median = Median(ordered);
        return 1.4826 * Median([.. ordered.Select(value => Math.Abs(value - median)).Order()]);
    }
}
