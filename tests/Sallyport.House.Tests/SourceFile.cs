using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sallyport.House.Tests;

/// <summary>One C# file: where it is, what it says, what it means to the compiler.</summary>
public sealed class SourceFile
{
    /// <summary>Parses <paramref name="text"/> as if it stood at <paramref name="path"/>.</summary>
    public SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        Tree = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview), path);
        Unit = Tree.GetCompilationUnitRoot();
    }

    /// <summary>Relative to the root, with forward slashes.</summary>
    public string Path { get; }

    public string Text { get; }

    public SyntaxTree Tree { get; }

    public CompilationUnitSyntax Unit { get; }

    /// <summary>File, line and what is wrong, as one line of a failing test.</summary>
    public string At(SyntaxNode node, string wrong) => At(node.GetLocation(), wrong);

    /// <summary>The last identifier of a dotted name, type arguments aside: Thing for A.B.Thing&lt;T&gt;.</summary>
    public static string LastName(SyntaxNode name) => name
        .DescendantNodesAndSelf(node => node is not TypeArgumentListSyntax)
        .OfType<SimpleNameSyntax>()
        .LastOrDefault()?.Identifier.Text ?? "";

    /// <inheritdoc cref="At(SyntaxNode, string)"/>
    public string At(Location location, string wrong) =>
        $"{Path}:{location.GetLineSpan().StartLinePosition.Line + 1}: {wrong}";
}
