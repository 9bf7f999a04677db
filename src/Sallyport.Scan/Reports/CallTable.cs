using System;
using System.Collections.Immutable;
using System.Linq;

namespace Sallyport.Scan.Reports;

/// <summary>The cells of the application's picture: a line an operation, a column an identity, nobody after them, and last what each way without a certificate gets.</summary>
internal sealed class CallTable
{
    private const string RouteMap = "MTLS-301";
    private readonly ILookup<(string Operation, string Identity), MatrixCell> _cells;

    /// <summary>Sorts the cells of a report.</summary>
    /// <param name="cells">All of them.</param>
    public CallTable(ImmutableArray<MatrixCell> cells)
    {
        IsEmpty = !cells.Any(static cell => cell.Credentials is not null);
        ImmutableArray<MatrixCell> own = IsEmpty ? [] : [.. cells.Where(static cell => cell.Credentials is not null || cell.Rule == RouteMap)];
        _cells = own.ToLookup(static cell => (cell.Operation, Column(cell)));
        Operations = [.. own.Select(static cell => cell.Operation).Distinct(StringComparer.Ordinal)];
        Identities =
        [
            .. own.GroupBy(Column, StringComparer.Ordinal)
                .OrderBy(static column => column.Any(static cell => cell.Credentials is null) ? 2 : column.All(static cell => cell.Credentials == "neither") ? 1 : 0)
                .Select(static column => column.Key),
        ];
        Others = [.. cells.Except(own)];
    }

    /// <summary>Whether nothing was looked at with a choice of credentials: then there is no picture, and every cell is the certificate matrix's.</summary>
    public bool IsEmpty { get; }

    /// <summary>The lines.</summary>
    public ImmutableArray<string> Operations { get; }

    /// <summary>The columns.</summary>
    public ImmutableArray<string> Identities { get; }

    /// <summary>The cells that are the certificate matrix's.</summary>
    public ImmutableArray<MatrixCell> Others { get; }

    /// <summary>The cells of a line and column, in the order in which they were looked at.</summary>
    /// <param name="operation">The line.</param>
    /// <param name="identity">The column.</param>
    public System.Collections.Generic.IEnumerable<MatrixCell> At(string operation, string identity) => _cells[(operation, identity)];

    /// <summary>A mark such as <c>C+T ✓</c>.</summary>
    /// <param name="cell">The cell.</param>
    public static string Mark(MatrixCell cell)
    {
        string shown = cell.Credentials switch { "both" => "C+T ", "certificate" => "C ", "token" => "T ", _ => "" };
        return shown + (cell.Verdict switch { "accepted" => "✓", "rejected" => "✕", _ => "?" });
    }

    private static string Column(MatrixCell cell) => cell.Credentials is null ? "no certificate, each way" : cell.Identity;
}
