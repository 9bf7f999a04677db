using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Sallyport.Bench;

/// <summary>A column of measurements, shown as median (minimum to maximum).</summary>
internal sealed class Figures
{
    private readonly List<double> _values = [];

    public double Median => Sorted()[_values.Count / 2];

    /// <summary>The value that 99 of 100 do not exceed (nearest rank); with fewer than 100 values, the greatest.</summary>
    public double P99 => Sorted()[(int)Math.Ceiling(_values.Count * 0.99) - 1];

    public void Add(double value) => _values.Add(value);

    public string Text(string format) =>
        string.Create(CultureInfo.InvariantCulture, $"{Median.ToString(format, CultureInfo.InvariantCulture)} ({Sorted()[0].ToString(format, CultureInfo.InvariantCulture)} to {Sorted()[^1].ToString(format, CultureInfo.InvariantCulture)})");

    private double[] Sorted() => [.. _values.Order()];
}
