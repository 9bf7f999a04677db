using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Reports;

/// <summary>The score of one category.</summary>
/// <param name="Category">The category.</param>
/// <param name="Score">0 to 100; <c>null</c> when nothing in it was tested.</param>
/// <param name="Grade">A to F; <c>null</c> when nothing in it was tested.</param>
public sealed record CategoryScore(Category Category, int? Score, string? Grade);
