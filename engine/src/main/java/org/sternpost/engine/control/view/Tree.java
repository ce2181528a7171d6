package org.sternpost.engine.control.view;

import org.sternpost.engine.control.view.ProofView.Sign;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// How a tree shows a component. A record with a component marked so is shown as a tree when it comes alone.
///
/// Empty text, empty lists and null are left out.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Tree {

    Role value();

    /// In front of a lead, a title or a fact; for nodes the heading above them, without which they follow directly.
    String label() default "";

    /// What a component is in a tree.
    enum Role {
        /// A sentence above the tree; of the record at the root only.
        Lead,
        /// A [Sign] in front of the title, in its colour.
        Sign,
        /// The words of the node.
        Title,
        /// A word behind the title, in the colour of the sign.
        Status,
        /// A paragraph below the title.
        Text,
        /// A value below the title, behind its label.
        Fact,
        /// Fine print at the end of the last paragraph.
        Aside,
        /// A record, or a list of records, one node each.
        Nodes
    }
}
