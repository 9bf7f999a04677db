using System;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Config;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Api;

/// <summary>The rows of <c>expect.matrix</c>: the last one that matches wins, and what none matches is not asserted.</summary>
internal sealed class MatrixRows
{
    /// <summary>What a row calls a caller without any credential.</summary>
    public const string Nobody = "none";

    private readonly ImmutableArray<MatrixRow> _rows;

    private MatrixRows(ImmutableArray<MatrixRow> rows, ImmutableArray<string> wrong) => (_rows, Wrong) = (rows, wrong);

    /// <summary>What is wrong with rows that say nothing; empty when all are right. Nothing may be held against a matrix with an error in it.</summary>
    public ImmutableArray<string> Wrong { get; }

    /// <summary>Whether nothing is declared.</summary>
    public bool IsEmpty => _rows.IsEmpty;

    /// <summary>Reads the rows of a scan.</summary>
    /// <param name="request">The scan.</param>
    public static MatrixRows Of(ScanRequest request)
    {
        ImmutableArray<string> names = [.. request.Identities.Select(identity => identity.Name)];
        var rows = ImmutableArray.CreateBuilder<MatrixRow>();
        var wrong = ImmutableArray.CreateBuilder<string>();
        foreach (string text in request.Expect.Matrix)
        {
            string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (InputValues.MatrixRowProblem(text, names) is { } problem)
            {
                wrong.Add($"{Shown.Quoted(text)} {problem}");
            }
            else if (OperationPattern.TryParse($"{words[1]} {words[2]}", out OperationPattern? pattern, out _))
            {
                rows.Add(new MatrixRow(text, words[0], pattern, words[3] == "allow"));
            }
        }

        return new(rows.ToImmutable(), wrong.ToImmutable());
    }

    /// <summary>What is declared of a call.</summary>
    /// <param name="identity">The caller's name; <see cref="Nobody"/> for none.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="path">The path that is asked for, below the API's root.</param>
    /// <returns>The last row that matches; <c>null</c> when nothing is declared.</returns>
    /// <remarks><c>*</c> stands for every identity, not for nobody: that one is declared by name only.</remarks>
    public MatrixRow? For(string identity, Operation operation, string path) => _rows.LastOrDefault(row =>
        (row.Identity == identity || (row.Identity == "*" && identity != Nobody))
        && (row.Pattern.Matches(operation.Method, path) || row.Pattern.Matches(operation.Method, operation.PathTemplate)));
}
