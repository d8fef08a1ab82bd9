/**
 * Prints the trees of Weka for ARFF files: java -cp weka-stable-3.6.14.jar Trees.java FILE... (see make_weka.py).
 * The last attribute is the class. After each tree stands a line of dots.
 */
import java.io.BufferedReader;
import java.io.FileReader;
import weka.classifiers.Classifier;
import weka.classifiers.trees.Id3;
import weka.classifiers.trees.J48;
import weka.core.Instances;

public class Trees {
  public static void main(String[] files) throws Exception {
    for (String file : files) {
      Instances data = new Instances(new BufferedReader(new FileReader(file)));
      data.setClassIndex(data.numAttributes() - 1);
      print(data, "-C", "0.25", "-M", "2");
      print(data, "-C", "0.1", "-M", "5");
      print(data, "-U", "-M", "1");
      if (file.contains("nominal")) {
        Id3 id3 = new Id3();
        id3.buildClassifier(data);
        end(id3, data);
      }
    }
  }

  private static void print(Instances data, String... options) throws Exception {
    J48 tree = new J48();
    tree.setOptions(options);
    tree.buildClassifier(data);
    end(tree, data);
  }

  private static void end(Classifier tree, Instances data) throws Exception {
    System.out.println(tree);
    StringBuilder predicted = new StringBuilder("predicted:");
    for (int i = 0; i < data.numInstances(); i++) {
      double answer = tree.classifyInstance(data.instance(i));
      predicted.append(' ').append(Double.isNaN(answer) ? "?" : Integer.toString((int) answer));
    }
    System.out.println(predicted);
    System.out.println("....");
  }
}
